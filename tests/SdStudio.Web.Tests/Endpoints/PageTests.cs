using System.Net;
using System.Net.Http.Headers;
using SdStudio.Storage.Gallery;
using SdStudio.Tests;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Tests.Endpoints;

/// <summary>Every page as the server first answers it, before any script runs.</summary>
public sealed class PageTests : IAsyncLifetime
{
    private readonly StudioHost _host = new();
    private HttpClient _visitor = null!;

    public async Task InitializeAsync()
    {
        _visitor = _host.Visitor();
        _visitor.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        await Until.True(() => _host.Get<SdStudio.Storage.Models.ModelCatalog>().Models.Count > 0, "the models are scanned");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("/", HttpStatusCode.OK)]
    [InlineData("/?from=999999", HttpStatusCode.OK)]
    [InlineData("/gallery", HttpStatusCode.OK)]
    [InlineData("/gallery?q=beach%20model:postcard%20is:favourite", HttpStatusCode.OK)]
    [InlineData("/gallery?q=%22%22%22*%20NEAR(%20%27;--", HttpStatusCode.OK)]
    [InlineData("/gallery?q=%00%ED%A0%80", HttpStatusCode.OK)]
    [InlineData("/trash", HttpStatusCode.OK)]
    [InlineData("/models", HttpStatusCode.OK)]
    [InlineData("/about", HttpStatusCode.OK)]
    [InlineData("/picture/999999", HttpStatusCode.OK)]
    [InlineData("/picture/99999999999999999999", HttpStatusCode.NotFound)]
    [InlineData("/picture/one", HttpStatusCode.NotFound)]
    [InlineData("/s/garbage", HttpStatusCode.NotFound)]
    [InlineData("/s/AAAAAAAAAAAAAAAAAAAAAA", HttpStatusCode.NotFound)]
    [InlineData("/s/%2e%2e%2fstudio.db", HttpStatusCode.NotFound)]
    [InlineData("/nowhere", HttpStatusCode.NotFound)]
    public async Task Page_AskedForDirectly_AnswersInHtmlWithoutAStackTrace(string address, HttpStatusCode status)
    {
        using HttpResponseMessage answer = await _visitor.GetAsync(address);

        Assert.Equal(status, answer.StatusCode);
        await IsAPageAsync(answer);
    }

    [Fact]
    public async Task Create_FromAPicture_HasItsRecipeInTheForm()
    {
        GalleryImage image = await _host.AddPictureAsync("a lighthouse in the fog");

        using HttpResponseMessage answer = await _visitor.GetAsync($"/?from={image.Id}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("a lighthouse in the fog", await IsAPageAsync(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?from=one")]
    [InlineData("?from=99999999999999999999")]
    [InlineData("?width=999999999999&height=-1&steps=1e9")]
    [InlineData("?width=2147483647&height=2147483647&steps=2147483647&pictures=2147483647")]
    [InlineData("?guidance=NaN&seed=-1")]
    [InlineData("?guidance=Infinity&seed=9223372036854775808")]
    [InlineData("?guidance=1e39&loras=a:NaN,b:1e39,:,::&loras=x")]
    [InlineData("?sampler=%00&schedule=%ff&model=../../etc/passwd")]
    [InlineData("?prompt=%3Cscript%3Ealert(1)%3C/script%3E")]
    [InlineData("?prompt=%ED%A0%80%00%0d%0aX:%20y")]
    [InlineData("?&&&==&=&prompt&prompt=a&prompt=b")]
    public async Task Create_WithAHostileQuery_AnswersAsWithoutIt(string query)
    {
        using HttpResponseMessage answer = await _visitor.GetAsync("/" + query);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain("<script>alert", await IsAPageAsync(answer), StringComparison.Ordinal);
        Assert.Empty(_host.Get<GenerationQueue>().Jobs);
    }

    [Fact]
    public async Task Create_WithAPromptOf100Kilobytes_AnswersAndMakesNothing()
    {
        using HttpResponseMessage answer = await _visitor.GetAsync("/?prompt=" + new string('a', 100_000));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await IsAPageAsync(answer);
        Assert.Empty(_host.Get<GenerationQueue>().Jobs);
    }

    private static async Task<string> IsAPageAsync(HttpResponseMessage answer)
    {
        string page = await answer.Content.ReadAsStringAsync();
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("<html", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", page, StringComparison.Ordinal);
        return page;
    }
}
