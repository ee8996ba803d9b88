using SdStudio.Storage.Models;

namespace SdStudio.Web.Components.Generate;

/// <summary>What a person would expect before they have touched anything, for a given model.</summary>
public sealed record RecipeDefaults(int Width, int Height, int Steps, float GuidanceScale, string Sampler, string Schedule)
{
    public static RecipeDefaults For(ModelFile? model)
    {
        int size = model?.NativeSize ?? 512;

        // Small models know few things and overshoot their colours when they are pushed hard.
        return new RecipeDefaults(size, size, Steps: 20, GuidanceScale: size < 384 ? 5 : 7, Sampler: "dpmpp_2m", Schedule: "karras");
    }

    /// <summary>Sets everything but the words.</summary>
    public void ApplyTo(RecipeFormModel form, string model)
    {
        ArgumentNullException.ThrowIfNull(form);

        (form.Model, form.Width, form.Height, form.Steps, form.GuidanceScale, form.Sampler, form.Schedule) = (model, Width, Height, Steps, GuidanceScale, Sampler, Schedule);
    }
}
