using System.Net;
using System.Net.Http.Headers;
using SdStudio.Storage.Gallery;
using SdStudio.Web.Components.Gallery;

namespace SdStudio.Web.Tests.Endpoints;

public sealed class PictureEndpointsTests : IAsyncLifetime
{
    private readonly StudioHost _host = new();
    private HttpClient _visitor = null!;

    public Task InitializeAsync()
    {
        _visitor = _host.Visitor();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Picture_ById_IsThePngAndMayBeKeptForGood()
    {
        GalleryImage image = await _host.AddPictureAsync();

        using HttpResponseMessage answer = await _visitor.GetAsync(GalleryAddress.File(image));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("image/png", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Null(answer.Content.Headers.ContentDisposition);
        string file = (await _host.Get<GalleryStore>().PictureFileAsync(image.Id))!;
        Assert.Equal(await File.ReadAllBytesAsync(file), await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Picture_AskedAgainWithItsTag_IsNotSentAgain()
    {
        GalleryImage image = await _host.AddPictureAsync();
        using HttpResponseMessage first = await _visitor.GetAsync($"/pictures/{image.Id}.png");
        using HttpRequestMessage request = new(HttpMethod.Get, $"/pictures/{image.Id}.png");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using HttpResponseMessage second = await _visitor.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("/pictures/{0}.png")]
    [InlineData("/thumbnails/{0}/256.webp")]
    public async Task File_WithoutAVersion_IsAskedForAgainEachTime(string address)
    {
        GalleryImage image = await _host.AddPictureAsync();

        using HttpResponseMessage answer = await _visitor.GetAsync(string.Format(null, address, image.Id));

        Assert.Equal("no-cache, private", answer.Headers.CacheControl!.ToString());
        Assert.NotNull(answer.Headers.ETag);
    }

    [Fact]
    public async Task Addresses_OfAPictureWithTheSameIdMadeLater_AreOthers()
    {
        GalleryImage image = await _host.AddPictureAsync();
        GalleryImage later = image with { CreatedAt = image.CreatedAt.AddDays(1) };

        Assert.NotEqual(GalleryAddress.File(image), GalleryAddress.File(later));
        Assert.NotEqual(GalleryAddress.Film(image), GalleryAddress.Film(later));
        Assert.NotEqual(GalleryAddress.Thumbnail(image, 256), GalleryAddress.Thumbnail(later, 256));
        using HttpResponseMessage thumbnail = await _visitor.GetAsync(GalleryAddress.Thumbnail(image, 256));
        Assert.Contains("immutable", thumbnail.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a beach sunset with palm trees", "a-beach-sunset-with-palm-trees-{0}.png")]
    [InlineData("../../etc/passwd\r\nX: y", "etc-passwd-x-y-{0}.png")]
    [InlineData("(masterpiece:1.2), CON, \"quoted\"", "masterpiece-1-2-con-quoted-{0}.png")]
    [InlineData("***", "picture-{0}.png")]
    [InlineData("café über 海", "café-über-海-{0}.png")]
    public async Task Picture_AsDownload_HasANameThatIsReadableAndSafe(string prompt, string name)
    {
        GalleryImage image = await _host.AddPictureAsync(prompt);

        using HttpResponseMessage answer = await _visitor.GetAsync($"/pictures/{image.Id}.png?download");

        ContentDispositionHeaderValue disposition = answer.Content.Headers.ContentDisposition!;
        Assert.Equal("attachment", disposition.DispositionType);
        Assert.Equal(string.Format(null, name, image.Id), disposition.FileNameStar);
    }

    [Fact]
    public async Task LongPrompt_AsDownload_EndsAtAWord()
    {
        GalleryImage image = await _host.AddPictureAsync(string.Concat(Enumerable.Repeat("lighthouse ", 20)));

        using HttpResponseMessage answer = await _visitor.GetAsync($"/pictures/{image.Id}.png?download");

        string name = answer.Content.Headers.ContentDisposition!.FileNameStar!;
        Assert.EndsWith($"lighthouse-{image.Id}.png", name, StringComparison.Ordinal);
        Assert.True(name.Length < 80);
    }

    [Fact]
    public async Task Picture_InTheTrash_IsGoneButItsThumbnailStays()
    {
        GalleryImage image = await _host.AddPictureAsync();
        await _host.Get<GalleryStore>().TrashAsync([image.Id]);

        using HttpResponseMessage picture = await _visitor.GetAsync($"/pictures/{image.Id}.png");
        using HttpResponseMessage thumbnail = await _visitor.GetAsync($"/thumbnails/{image.Id}/256.webp");

        Assert.Equal(HttpStatusCode.NotFound, picture.StatusCode);
        Assert.True(picture.Headers.CacheControl!.NoStore);
        Assert.Equal(HttpStatusCode.OK, thumbnail.StatusCode);
        Assert.Equal("image/webp", thumbnail.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("/pictures/999.png")]
    [InlineData("/thumbnails/999/256.webp")]
    [InlineData("/films/999.webp")]
    public async Task File_OfNoPicture_IsAProblemInWords(string address)
    {
        using HttpResponseMessage answer = await _visitor.GetAsync(address);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("   at ", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/thumbnails/{0}/257.webp")]
    [InlineData("/pictures/{0}.png/..%2f..%2fstudio.db")]
    [InlineData("/pictures/..%2fstudio.db")]
    public async Task Address_OfAnythingElse_OpensNothing(string address)
    {
        GalleryImage image = await _host.AddPictureAsync();

        using HttpResponseMessage answer = await _visitor.GetAsync(string.Format(null, address, image.Id));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Health_WhenTheWorkerRuns_IsGood()
    {
        await SdStudio.Tests.Until.True(
            async () => await _visitor.GetStringAsync("/healthz") == "Healthy",
            "the worker is ready");
    }
}
