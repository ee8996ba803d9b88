using SdStudio.Diffusion;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Plots;

/// <summary>What reading the values of an axis needs to know.</summary>
/// <param name="Recipe">The recipe that the axes change; LoRAs may still stand in its prompt.</param>
/// <param name="Models">All models there are.</param>
/// <param name="DrawSeed">Gives a seed for -1.</param>
public sealed record AxisContext(ImageRecipe Recipe, IReadOnlyList<ModelFile> Models, Func<long> DrawSeed);
