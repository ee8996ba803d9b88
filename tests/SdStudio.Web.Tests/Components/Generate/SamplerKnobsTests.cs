using Bunit;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Sampling;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Tests.Components.Parts;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class SamplerKnobsTests : PartsContext
{
    private readonly RecipeFormModel _form = new() { Model = "m", Prompt = "a cat" };

    public static TheoryData<string> Samplers => [.. SamplerCatalog.All.Select(sampler => sampler.Key)];

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Knobs_OfASampler_AreThoseThatItHeeds(string sampler)
    {
        _form.Sampler = sampler;
        SamplerOptions options = SamplerCatalog.Find(sampler)!.Options;

        var part = Show();

        Assert.Equal(options.HasFlag(SamplerOptions.Eta), part.FindAll("[aria-label='Eta']").Count == 1);
        Assert.Equal(options.HasFlag(SamplerOptions.Churn), part.FindAll("[aria-label='Churn']").Count == 1);
        Assert.Equal(options.HasFlag(SamplerOptions.NoiseScale), part.FindAll("[aria-label='Noise scale']").Count == 1);
        Assert.Equal(options.HasFlag(SamplerOptions.Order), part.FindAll("[data-testid=order]").Count == 1);
    }

    [Fact]
    public void Knobs_OfASamplerThatIsNotHere_AreNone()
    {
        _form.Sampler = "theirs";

        Assert.Equal("", Show().Markup.Trim());
    }

    [Fact]
    public void Eta_BackAtTheSamplersOwn_IsLeftOpenAgain()
    {
        _form.Sampler = "euler_a";
        var part = Show();

        part.Find("[aria-label='Eta, number']").Change("0.5");
        Assert.Equal(0.5f, _form.SamplerSettings.Eta);
        Assert.Equal(1, SamplerKnobs.InUse(_form));

        part.Find("[aria-label='Eta, number']").Change("1");
        Assert.Null(_form.SamplerSettings.Eta);
        Assert.Equal(0, SamplerKnobs.InUse(_form));
    }

    [Fact]
    public void Churn_AboveZero_ShowsItsLimits()
    {
        _form.Sampler = "heun";
        var part = Show();
        Assert.Empty(part.FindAll("[aria-label='From sigma']"));

        part.Find("[aria-label='Churn, number']").Change("20");
        part.Find("[aria-label='From sigma, number']").Change("0.05");
        part.Find("[aria-label='To sigma, number']").Change("9.5");

        Assert.Equal(new SamplerSettings { Churn = 20, ChurnMin = 0.05f, ChurnMax = 9.5f }, _form.SamplerSettings);
        Assert.Null(_form.SamplerSettings.WhyNot());

        part.Find("[aria-label='To sigma, number']").Change("0");
        Assert.Null(_form.SamplerSettings.ChurnMax);
    }

    [Fact]
    public void OrderAndNoiseScale_Chosen_StandInTheRecipe()
    {
        _form.Sampler = "unipc";
        Show().Find("[data-testid=order]").Change("2");
        _form.Sampler = "ddpm";
        Show().Find("[aria-label='Noise scale, number']").Change("1.003");

        Assert.Equal(new SamplerSettings { Order = 2, NoiseScale = 1.003f }, _form.ToRecipe(1).SamplerSettings);
        Assert.Equal(1, SamplerKnobs.InUse(_form));
    }

    private IRenderedComponent<SamplerKnobs> Show() => Render<SamplerKnobs>(parameters => parameters.Add(part => part.Form, _form));
}
