using Bunit;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Sampling;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Tests.Components.Parts;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class ProfileSettingsTests : PartsContext
{
    private readonly RecipeFormModel _form = new() { Model = "m", Prompt = "a cat" };
    private int _changes;

    [Fact]
    public void Profiles_AllPrograms_AreOfferedByName() =>
        Assert.Equal(["SdStudio", "A1111, Forge", "ComfyUI", "diffusers"], Show().FindAll("[data-testid=profile] option").Select(option => option.TextContent));

    [Fact]
    public void Profile_Chosen_BringsItsNoiseAndSaysWhatItChanges()
    {
        _form.Noise = new NoiseSettings { VariationSeed = 3, VariationStrength = 0.5f };
        var part = Show();

        part.Find("[data-testid=profile]").Change("A1111");

        Assert.Equal((CompatibilityProfile.A1111, false), (_form.Profile, _form.IsOneDraw));
        Assert.Equal(new NoiseSettings { Source = NoiseSource.Nvidia, VariationSeed = 3, VariationStrength = 0.5f }, _form.Noise);
        Assert.Contains("NVIDIA card", part.Find("[data-testid=profile-effect]").TextContent, StringComparison.Ordinal);

        part.Find("[data-testid=profile]").Change("ComfyUi");

        Assert.Equal((CompatibilityProfile.ComfyUi, true, NoiseSource.Cpu, NoiseSource.Nvidia), (_form.Profile, _form.IsOneDraw, _form.Noise.Source, _form.Noise.StepSource));
        Assert.Equal(2, _changes);
    }

    [Fact]
    public void Emphasis_LeftOpen_IsThatOfTheProgram()
    {
        var part = Show();

        part.Find("[data-testid=profile]").Change("Diffusers");

        Assert.StartsWith("As in diffusers", part.Find("[data-testid=emphasis] option").TextContent, StringComparison.Ordinal);
        Assert.Equal(EmphasisMode.Ignore, ProgramCatalog.EmphasisFor(_form.ToRecipe(1)));

        part.Find("[data-testid=emphasis]").Change("NoNorm");
        Assert.Equal(EmphasisMode.NoNorm, _form.Emphasis);

        part.Find("[data-testid=emphasis]").Change("");
        Assert.Null(_form.Emphasis);
    }

    [Fact]
    public void Profile_OfNoProgram_ChangesNothing()
    {
        Show().Find("[data-testid=profile]").Change("97");

        Assert.Equal(CompatibilityProfile.SdStudio, _form.Profile);
        Assert.Equal(0, _changes);
    }

    private IRenderedComponent<ProfileSettings> Show() => Render<ProfileSettings>(parameters => parameters.Add(part => part.Form, _form).Add(part => part.OnChanged, () => _changes++));
}
