namespace SdStudio.Web.Components.Generate;

/// <summary>How a picture is stepped to: what a setting for drafts replaces and gives back.</summary>
public sealed record StepSettings(int Steps, float GuidanceScale, string Sampler, string Schedule)
{
    public static StepSettings Of(RecipeFormModel form)
    {
        ArgumentNullException.ThrowIfNull(form);
        return new StepSettings(form.Steps, form.GuidanceScale, form.Sampler, form.Schedule);
    }

    public void ApplyTo(RecipeFormModel form)
    {
        ArgumentNullException.ThrowIfNull(form);
        (form.Steps, form.GuidanceScale, form.Sampler, form.Schedule) = (Steps, GuidanceScale, Sampler, Schedule);
    }
}
