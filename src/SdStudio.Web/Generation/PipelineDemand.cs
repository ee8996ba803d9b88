using SdStudio.Diffusion;
using SdStudio.Storage.Models;

namespace SdStudio.Web.Generation;

/// <summary>What a job needs loaded.</summary>
/// <param name="Model">The model that makes the picture.</param>
/// <param name="Recipe">The first to be made with it: what it chooses beside the model is loaded at once.</param>
/// <param name="Refiner">The model that finishes the picture, loaded beside the first and with it; null for none.</param>
public sealed record PipelineDemand(ModelFile Model, ImageRecipe Recipe, ModelFile? Refiner = null);
