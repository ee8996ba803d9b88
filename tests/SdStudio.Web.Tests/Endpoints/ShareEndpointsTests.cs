using System.Net;
using System.Text;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Sharing;

namespace SdStudio.Web.Tests.Endpoints;

public sealed class ShareEndpointsTests : IAsyncLifetime
{
    private readonly StudioHost _host = new(("Server:SharedRequestsPerMinute", "20"));
    private HttpClient _guest = null!;

    public static TheoryData<string> Files => ["picture.png", "picture.png?download", "thumbnail.webp"];

    public Task InitializeAsync()
    {
        _guest = _host.Visitor();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [MemberData(nameof(Files))]
    public async Task File_OfALinkThatOpens_IsSentAndNeverKept(string file)
    {
        (_, string token, _) = await ShareAsync();

        using HttpResponseMessage answer = await _guest.GetAsync($"/s/{token}/{file}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Null(answer.Headers.ETag);
        Assert.Null(answer.Content.Headers.LastModified);
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Contains("noindex", answer.Headers.GetValues("X-Robots-Tag").Single(), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.NotEmpty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task File_AfterTheLinkWasRevoked_IsGone(string file)
    {
        (ShareLink link, string token, _) = await ShareAsync();
        await _host.Get<ShareLinkStore>().RevokeAsync(link.Id);

        await AssertEndedAsync($"/s/{token}/{file}");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task File_AfterTheLinkExpired_IsGone(string file)
    {
        (_, string token, _) = await ShareAsync(TimeSpan.FromHours(1));
        using HttpResponseMessage before = await _guest.GetAsync($"/s/{token}/{file}");
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        _host.Time.Shift = TimeSpan.FromMinutes(61);

        await AssertEndedAsync($"/s/{token}/{file}");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task File_OfAPictureInTheTrash_IsGone(string file)
    {
        (_, string token, GalleryImage image) = await ShareAsync();
        await _host.Get<GalleryStore>().TrashAsync([image.Id]);

        await AssertEndedAsync($"/s/{token}/{file}");
    }

    [Fact]
    public async Task Files_WithATokenThatWasNeverGiven_AreGone() => await AssertEndedAsync("/s/AAAAAAAAAAAAAAAAAAAAAA/picture.png");

    [Fact]
    public async Task Picture_WithoutRecipe_SaysNothingOfHowItWasMade()
    {
        (_, string token, GalleryImage image) = await ShareAsync(prompt: "a very private lighthouse");

        using HttpResponseMessage answer = await _guest.GetAsync($"/s/{token}/picture.png?download");
        string bytes = Encoding.Latin1.GetString(await answer.Content.ReadAsByteArrayAsync());

        Assert.DoesNotContain("lighthouse", bytes, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("sdstudio", bytes, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("lighthouse", answer.Content.Headers.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain($"-{image.Id}", answer.Content.Headers.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Picture_WithRecipe_CarriesTheParametersAndNothingOfThisStudio()
    {
        (_, string token, _) = await ShareAsync(showsRecipe: true, prompt: "a public lighthouse");

        using HttpResponseMessage answer = await _guest.GetAsync($"/s/{token}/picture.png?download");
        string bytes = Encoding.Latin1.GetString(await answer.Content.ReadAsByteArrayAsync());

        Assert.Contains("parameters\0a public lighthouse", bytes, StringComparison.Ordinal);
        Assert.DoesNotContain("sdstudio\0", bytes, StringComparison.Ordinal);
        Assert.Equal("a-public-lighthouse.png", answer.Content.Headers.ContentDisposition!.FileNameStar);
    }

    [Fact]
    public async Task Requests_BeyondTheLimit_AreRefusedForAWhile()
    {
        HttpStatusCode last = HttpStatusCode.OK;
        for (int i = 0; i < 21; i++)
        {
            using HttpResponseMessage answer = await _guest.GetAsync("/s/AAAAAAAAAAAAAAAAAAAAAA/picture.png");
            Assert.Equal(i < 20 ? HttpStatusCode.NotFound : HttpStatusCode.TooManyRequests, answer.StatusCode);
            last = answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        using HttpResponseMessage elsewhere = await _guest.GetAsync("/healthz");
        Assert.Equal(HttpStatusCode.OK, elsewhere.StatusCode);
    }

    private async Task<(ShareLink Link, string Token, GalleryImage Image)> ShareAsync(TimeSpan? lifetime = null, bool showsRecipe = false, string prompt = "a beach")
    {
        GalleryImage image = await _host.AddPictureAsync(prompt);
        (ShareLink link, string token) = await _host.Get<ShareLinkStore>().CreateAsync(image.Id, lifetime, showsRecipe);
        return (link, token, image);
    }

    private async Task AssertEndedAsync(string address)
    {
        using HttpResponseMessage answer = await _guest.GetAsync(address);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }
}
