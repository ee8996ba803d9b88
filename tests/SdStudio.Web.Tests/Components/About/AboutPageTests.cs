using System.Net;
using Bunit;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using SdStudio.Diffusion.Inference;
using SdStudio.Storage.Models.Downloads;
using SdStudio.Web.Components.About;
using SdStudio.Web.Generation;
using SdStudio.Web.Hosting;
using SdStudio.Web.Tests.Components.Parts;

namespace SdStudio.Web.Tests.Components.About;

public sealed class AboutPageTests : PartsContext, IAsyncLifetime
{
    private readonly StudioHost _host = new();

    public Task InitializeAsync()
    {
        Services.AddSingleton(_host.Get<MachineReport>());
        Services.AddSingleton(_host.Get<PipelineHost>());
        Services.AddSingleton(_host.Get<GenerationQueue>());
        Services.AddSingleton(_host.Get<IServer>());
        return Task.CompletedTask;
    }

    async Task IAsyncLifetime.DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public void AboutPage_DeviceKnown_TellsWhatRunsAndWhyNothingFaster()
    {
        _host.Get<MachineReport>().Device = new DeviceReport(InferenceProvider.Cpu, "CPU, 2 threads", ["This build has no CUDA."]);

        var page = Render<AboutPage>();

        Assert.Equal("Pictures are made on: CPU, 2 threads", page.Find("#device-title").TextContent);
        Assert.Contains("This build has no CUDA.", page.Markup);
        page.WaitForAssertion(() => Assert.Contains("Database", page.Markup), TimeSpan.FromSeconds(10));
        Assert.Contains("LGPL", page.Find("table").TextContent);
    }

    [Theory]
    [InlineData(true, "offline: nothing is asked of it")]
    [InlineData(false, "asked only for models that the owner gets")]
    public void AboutPage_Internet_SaysWhetherItIsAsked(bool isOffline, string words)
    {
        Services.AddSingleton(new DownloadSettings { Offline = isOffline });

        Assert.Contains(words, Render<AboutPage>().Find(".facts").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void AboutPage_DeviceCannotBeUsed_SaysWhy()
    {
        _host.Get<MachineReport>().DeviceProblem = "There is no CUDA card.";

        var page = Render<AboutPage>();

        Assert.Equal("Pictures cannot be made as it is set", page.Find("#device-title").TextContent);
        Assert.Contains("There is no CUDA card.", page.Markup);
    }

    [Theory]
    [InlineData("http://192.168.1.20:5180/", "http://[::]:5180", "http://192.168.1.20:5180/")]
    [InlineData("http://localhost:5180/", "http://[::]:5180", "http://10.0.0.7:5180/")]
    [InlineData("http://localhost:5180/", "http://*:5180", "http://10.0.0.7:5180/")]
    [InlineData("http://127.0.0.1:5180/", "http://127.0.0.1:5180", null)]
    [InlineData("http://localhost:5180/", "http://0.0.0.0:80", null)]
    public void ForOthers_OpenedHere_IsTheHomeAddressWhereTheServerListensToIt(string opened, string bound, string? expected) =>
        Assert.Equal(expected, AboutPage.ForOthers(opened, [bound], IPAddress.Parse("10.0.0.7")));

    [Fact]
    public void ForOthers_NoHomeNetwork_IsNothing() => Assert.Null(AboutPage.ForOthers("http://localhost:5180/", ["http://[::]:5180"], null));
}
