using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using SdStudio.Diffusion.Inference;
using SdStudio.Web.Configuration;

namespace SdStudio.Web.Tests.Configuration;

public sealed class SectionBindingTests
{
    [Fact]
    public void Configure_WithGoodValues_BindsThemAndKeepsTheDefaultsOfTheRest()
    {
        (InferenceOptions options, ValidateOptionsResult result) = Bind<InferenceOptions>("Inference", ("Inference:Provider", "CPU"), ("Inference:Threads", "3"));

        Assert.True(result.Succeeded);
        Assert.Equal((InferenceProvider.Cpu, 3, false), (options.Provider, options.Threads, options.LowMemory));
    }

    [Fact]
    public void Validate_SeveralWrongValues_NamesEachByItsKey()
    {
        (_, ValidateOptionsResult result) = Bind<GenerationOptions>(
            "Generation", ("Generation:QueueCapacity", "many"), ("Generation:MaxSteps", "0"), ("Generation:MaxPictures", "5000"));

        string[] problems = [.. result.Failures!];
        Assert.Equal(3, problems.Length);
        Assert.Contains("Generation:QueueCapacity: \"many\" is not a whole number.", problems);
        Assert.Contains("Generation:MaxSteps: must be from 1 to 1000, and is 0.", problems);
        Assert.Contains("Generation:MaxPictures: must be from 1 to 1000, and is 5000.", problems);
    }

    [Fact]
    public void Validate_UnknownProvider_ListsTheKnownOnes()
    {
        (_, ValidateOptionsResult result) = Bind<InferenceOptions>("Inference", ("Inference:Provider", "tpu"));

        Assert.Equal("Inference:Provider: \"tpu\" is not one of auto, cpu, directml, cuda, webgpu.", Assert.Single(result.Failures!));
    }

    [Fact]
    public void Configure_AList_ReplacesTheDefault()
    {
        (ModelsOptions options, _) = Bind<ModelsOptions>("Models", ("Models:Roots:0", "/a"), ("Models:Roots:1", "/b"));

        Assert.Equal(["/a", "/b"], options.Roots);
    }

    private static (T Options, ValidateOptionsResult Result) Bind<T>(string section, params (string Key, string Value)[] settings)
        where T : class, new()
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        SectionBinding<T> binding = new(section, configuration);
        T options = new();
        binding.Configure(options);
        return (options, binding.Validate(null, options));
    }
}
