namespace SdStudio.Diffusion.Pipelines;

/// <summary>A recipe asks for something that is not there: a sampler, a schedule, a LoRA, or a size the model cannot draw.</summary>
public sealed class RecipeException : DiffusionException
{
    public RecipeException(string message)
        : base(message)
    {
    }
}
