using System.Net;
using SdStudio.Diffusion;
using SdStudio.Storage.Plots;
using SdStudio.Tests;
using SdStudio.Web.Plots;

namespace SdStudio.Web.Tests.Endpoints;

public sealed class PlotEndpointsTests : IAsyncLifetime
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
    public async Task Grid_OfADonePlot_IsAJpegThatIsAskedForAgain()
    {
        Plot plot = await MakeAsync();

        using HttpResponseMessage answer = await _visitor.GetAsync($"/plots/{plot.Id}/grid-0.jpg?download");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("image/jpeg", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("no-cache", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Equal($"plot-{plot.Id}.jpg", answer.Content.Headers.ContentDisposition!.FileNameStar ?? answer.Content.Headers.ContentDisposition.FileName);
        Assert.Equal([0xFF, 0xD8], (await answer.Content.ReadAsByteArrayAsync())[..2]);
    }

    [Theory]
    [InlineData("/plots/99/grid-0.jpg")]
    [InlineData("/plots/1/grid-7.jpg")]
    [InlineData("/plots/1/grid--1.jpg")]
    [InlineData("/plots/1/grid-x.jpg")]
    [InlineData("/plots/1/..%2f..%2fstudio.db")]
    public async Task Grid_ThatIsNotThere_IsNotFound(string address)
    {
        await MakeAsync();

        using HttpResponseMessage answer = await _visitor.GetAsync(address);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("/plot")]
    [InlineData("/plots/1")]
    [InlineData("/plots/77")]
    public async Task Page_Answers(string address)
    {
        await MakeAsync();

        Assert.Equal(HttpStatusCode.OK, (await _visitor.GetAsync(address)).StatusCode);
    }

    private async Task<Plot> MakeAsync()
    {
        ImageRecipe recipe = new() { Prompt = "a beach", Checkpoint = "postcard", Width = 32, Height = 24, Steps = 2, Seed = 1 };
        Plot plot = (await _host.Get<PlotRunner>().StartAsync(new PlotDefinition(recipe, [new PlotAxis("seed", "1, 2", ["1", "2"])]), "me"))!;
        await Until.True(async () => (await _host.Get<PlotStore>().FindAsync(plot.Id))!.State == PlotState.Done, "the plot is done");
        return plot;
    }
}
