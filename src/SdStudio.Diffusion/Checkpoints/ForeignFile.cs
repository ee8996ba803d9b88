namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Names a file that is not safetensors by what it contains; its extension says nothing.</summary>
internal static class ForeignFile
{
    private const string PickleAdvice =
        "Such a file can run code when it is opened, so SdStudio does not. Look for the same model as .safetensors.";

    public static CheckpointException Describe(ReadOnlySpan<byte> start, string path) =>
        Recognise(start, path) ?? new CheckpointException(
            path, CheckpointProblem.NotSafetensors, "This is not a .safetensors file: it does not begin with a table of contents. Download the model again.");

    /// <returns>Null for a file of no known kind.</returns>
    public static CheckpointException? Recognise(ReadOnlySpan<byte> start, string path)
    {
        if (start.StartsWith("PK\u0003\u0004"u8))
        {
            return new(path, CheckpointProblem.Pickle, $"This is a zip archive, most likely a pickle .ckpt or .pt, not safetensors. {PickleAdvice}");
        }

        // Protocol 2 to 5, then an opcode; older PyTorch files begin like this too.
        if (start.Length > 2 && start[0] == 0x80 && start[1] is >= 2 and <= 5)
        {
            return new(path, CheckpointProblem.Pickle, $"This is a pickle .ckpt, not safetensors. {PickleAdvice}");
        }

        if (start.StartsWith("GGUF"u8))
        {
            return new(path, CheckpointProblem.NotSafetensors, "This is a GGUF file, which SdStudio does not read. Look for the same model as .safetensors.");
        }

        if (start.StartsWith("version https://git-lfs"u8))
        {
            return new(path, CheckpointProblem.NotSafetensors, "This is only the pointer that Git LFS leaves in place of a large file. Run \"git lfs pull\" in its folder, or download the model itself.");
        }

        return start.TrimStart(" \t\r\n"u8) is [(byte)'<', ..]
            ? new(path, CheckpointProblem.NotSafetensors, "This is a web page, not a model: the download was answered with a page, often one that asks to log in. Download it again in a browser.")
            : null;
    }
}
