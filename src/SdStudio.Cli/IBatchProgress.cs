using SdStudio.Diffusion.Pipelines;

namespace SdStudio.Cli;

/// <summary>Follows pictures that are made one after the other.</summary>
internal interface IBatchProgress : IProgress<StepProgress>
{
    /// <param name="picture">From 0.</param>
    void Begin(int picture);

    /// <summary>The picture that was begun is done and taken.</summary>
    void Finish(TimeSpan duration);
}
