namespace SdStudio.Diffusion;

/// <summary>A second model in a recipe, which finishes what the first begins, such as the refiner of Stable Diffusion XL.</summary>
/// <param name="Name">Name in the catalogue, without folder and extension.</param>
/// <param name="SwitchAt">The share of the steps after which it takes over, 0 to 1; 1 leaves all of them to the first.</param>
public sealed record RefinerSelection(string Name, float SwitchAt = 0.8f);
