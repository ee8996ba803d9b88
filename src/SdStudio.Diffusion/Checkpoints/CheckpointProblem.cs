namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Every rule that a model file can break.</summary>
public enum CheckpointProblem
{
    NotFound,
    MissingWeight,
}
