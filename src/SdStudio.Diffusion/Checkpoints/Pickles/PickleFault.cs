namespace SdStudio.Diffusion.Checkpoints.Pickles;

/// <summary>What is said of a pickle that is not read.</summary>
internal static class PickleFault
{
    /// <param name="what">What it asks for, as Python names it.</param>
    public static CheckpointException Refused(string path, string what) => new(
        path,
        CheckpointProblem.UnsafePickle,
        $"This file asks for {Wording.Quote(what)} when it is opened. SdStudio reads tensors from such files and runs nothing, so it does not open this one. Look for the same model as .safetensors.");

    public static CheckpointException Damaged(string path, string what) =>
        new(path, CheckpointProblem.DamagedPickle, $"The file is damaged: {what}. Download it again.");

    public static CheckpointException Truncated(string path) =>
        new(path, CheckpointProblem.Truncated, "The file ends early. Download it again.");
}
