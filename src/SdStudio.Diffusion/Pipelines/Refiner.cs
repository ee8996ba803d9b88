using SdStudio.Diffusion.Inference;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>The model that finishes pictures, loaded when a recipe first asks for one and kept until another is asked for.</summary>
internal sealed class Refiner(LoadedModel first, PipelineSettings settings, InferenceDevice device) : IDisposable
{
    private DenoisingStage? _stage;
    private string? _path;

    /// <exception cref="RecipeException">It is not there, or does not go with the first model.</exception>
    /// <exception cref="DiffusionException">It cannot be loaded; the message says why.</exception>
    public DenoisingStage For(RefinerSelection selection)
    {
        string path = settings.FindModel(selection.Name)
            ?? throw new RecipeException($"The refiner \"{selection.Name}\" is not in the model folders. Put it into models/checkpoints, or take it out of the recipe.");
        if (_stage is not null && _path == path)
        {
            return _stage;
        }

        // First out, then in: three models at once are more than the memory of most machines.
        Dispose();
        LoadedModel model = LoadedModel.Load(path, settings.PartsFor(null), device, isSecond: true);
        if (WhyNot(model) is { } reason)
        {
            model.Dispose();
            throw new RecipeException($"\"{selection.Name}\" cannot finish this model's pictures: {reason}. Choose another refiner, or none.");
        }

        (_stage, _path) = (new DenoisingStage(model, settings.EmbeddingPlaces), path);
        return _stage;
    }

    public void Dispose()
    {
        _stage?.Dispose();
        (_stage, _path) = (null, null);
    }

    private string? WhyNot(LoadedModel second) =>
        second.Checkpoint.Family.Defaults!.Latents != first.Checkpoint.Family.Defaults!.Latents ? $"it is made for {second.Checkpoint.Family.Label}, whose latents are others"
        : second.UNet.OutChannels != first.UNet.OutChannels ? $"it works on {second.UNet.OutChannels} channels instead of {first.UNet.OutChannels}"
        : null;
}
