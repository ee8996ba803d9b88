using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using SdStudio.Storage.Models.Downloads;
using SdStudio.Web.Configuration;

namespace SdStudio.Web.Tests.Configuration;

public sealed class HostRulesTests
{
    [Theory]
    [InlineData("*", true)]
    [InlineData("huggingface.co", true)]
    [InlineData("*.huggingface.co", true)]
    [InlineData("93.184.216.34", true)]
    [InlineData("https://huggingface.co", false)]
    [InlineData("huggingface.co/models", false)]
    [InlineData("huggingface.co:443", false)]
    [InlineData("*.", false)]
    [InlineData("hugging*", false)]
    [InlineData("", false)]
    public void Host_IsANameAndNoAddressOfAPage(string host, bool isFine)
    {
        ValidateOptionsResult result = new HostRules().Validate(null, new DownloadsOptions { AllowedHosts = ["*", host] });

        Assert.Equal(isFine, result.Succeeded);
        if (!isFine)
        {
            Assert.StartsWith($"Downloads:AllowedHosts:1: \"{host}\" is no host.", Assert.Single(result.Failures!), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void EmptyList_IsAMistakeAndNotEverybody()
    {
        SectionBinding<DownloadsOptions> binding = Read("""{ "Downloads": { "AllowedHosts": [] } }""");
        DownloadsOptions options = new();
        binding.Configure(options);

        Assert.Empty(options.AllowedHosts);
        Assert.Equal("Downloads:AllowedHosts: needs at least one entry.", Assert.Single(binding.Validate(null, options).Failures!));
    }

    [Fact]
    public void Settings_ReachTheDownloads()
    {
        SectionBinding<DownloadsOptions> binding = Read(
            """{ "Downloads": { "Offline": true, "AllowedHosts": [ "example.org" ], "AllowHttp": true, "LargestFileGigabytes": 2.5, "SpaceToLeaveGigabytes": 0, "SilenceSeconds": 5, "Retries": 1, "HuggingFaceToken": "hf_secret" } }""");
        DownloadsOptions options = new();
        binding.Configure(options);
        Assert.True(binding.Validate(null, options).Succeeded);

        DownloadSettings settings = options.ToSettings();

        Assert.True(settings is { Offline: true, AllowHttp: true, LargestFile: 2_500_000_000, SpaceToLeave: 0, Retries: 1 });
        Assert.Equal(["example.org"], settings.AllowedHosts);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.SilenceLimit);
        Assert.Equal(new HostToken("huggingface.co", "hf_secret"), Assert.Single(settings.Tokens));
        Assert.True(options.ToTokenizerSettings() is { Offline: true, AllowedHosts: ["example.org"] });
    }

    [Fact]
    public void WrongValues_AreNamedByTheirKeys()
    {
        SectionBinding<DownloadsOptions> binding = Read("""{ "Downloads": { "LargestFileGigabytes": "much", "Retries": -1 } }""");
        DownloadsOptions options = new();
        binding.Configure(options);

        Assert.Equal(
            ["Downloads:LargestFileGigabytes: \"much\" is not a number.", "Downloads:Retries: must be from 0 to 100, and is -1."], binding.Validate(null, options).Failures!.Order(StringComparer.Ordinal));
    }

    private static SectionBinding<DownloadsOptions> Read(string json) =>
        new("Downloads", new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build());
}
