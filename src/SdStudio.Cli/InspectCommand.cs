using System.CommandLine;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Loras;
using SdStudio.Storage.Models;

namespace SdStudio.Cli;

/// <summary><c>sdstudio inspect</c>: what a file is, read from its header, and what its maker and the files beside it say of it.</summary>
internal static class InspectCommand
{
    /// <summary>Bytes; hashing more takes long enough to be asked for.</summary>
    private const long LargestHashed = 1_000_000_000;

    public static Command Build()
    {
        Argument<string> file = new("file") { Description = "A checkpoint, LoRA, VAE, embedding, ControlNet, upscaler or model folder: a path, or a name in the model folders." };
        Option<bool> hash = new("--hash") { Description = "Compute the hashes of a large file too." };
        Option<string[]> folders = StudioFolders.NewOption();
        Command command = new("inspect", "Tells what a model file is: family, networks, data types, sizes, what is missing, trigger words and hashes.") { file, hash, folders };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(file), parsed.GetValue(hash), StudioFolders.Find(parsed.GetValue(folders)), parsed.InvocationConfiguration.Output, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string nameOrPath, bool isHashed, StudioFolders folders, TextWriter output, CancellationToken cancellationToken)
    {
        string path = LooksLikeAPath(nameOrPath) ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(nameOrPath)) : folders.Locate(kind: null, nameOrPath).Path;
        await output.WriteLineAsync(path);
        Describe(path, folders.Places, output);
        ModelFile model = ModelCatalog.ReadFile(path, folders.Places);
        InspectReport.WriteDetails(model, output);
        if (!isHashed && model.Size > LargestHashed)
        {
            await output.WriteLineAsync($"Hashes: --hash computes them, which reads all {Words.Size(model.Size)}.");
        }
        else if (await ModelCatalog.HashesAsync(path, cancellationToken) is { } hashes)
        {
            ModelHashing.Write(hashes, output);
        }

        return ExitCode.Success;
    }

    private static void Describe(string path, IReadOnlyList<string> roots, TextWriter output)
    {
        if (Directory.Exists(path))
        {
            InspectReport.WriteCheckpoint(path, roots, output);
            return;
        }

        SafetensorsHeader header = TensorFile.ReadHeader(path);
        InspectReport.WriteFormat(path, output);
        if (LoraSummary.Of(header) is { } lora)
        {
            InspectReport.WriteLora(lora, header, output);
        }
        else if (ModelPart.Of(header) is { } part)
        {
            InspectReport.WritePart(part, header, output);
        }
        else if (FamilyDetector.Detect(header) is { } family)
        {
            if (family.IsSupported)
            {
                InspectReport.WriteCheckpoint(path, roots, output);
            }
            else
            {
                InspectReport.WriteOther(family, header, output);
            }
        }
        else
        {
            InspectReport.WriteUnknown(header, output);
        }
    }

    private static bool LooksLikeAPath(string text) =>
        Path.Exists(text) || text.AsSpan().ContainsAny('/', '\\') || Path.HasExtension(text);
}
