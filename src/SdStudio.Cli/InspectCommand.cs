using System.CommandLine;
using SdStudio.Diffusion.Checkpoints;

namespace SdStudio.Cli;

/// <summary><c>sdstudio inspect</c>: what a file is, read from its header.</summary>
internal static class InspectCommand
{
    public static Command Build()
    {
        Argument<string> file = new("file") { Description = "A checkpoint, LoRA or model folder: a path, or a name in the model folders." };
        Option<string[]> folders = StudioFolders.NewOption();
        Command command = new("inspect", "Tells what a model file is: family, networks, data types, sizes and what is missing.") { file, folders };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(file), StudioFolders.Find(parsed.GetValue(folders)), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Run(string nameOrPath, StudioFolders folders, TextWriter output)
    {
        string path = LooksLikeAPath(nameOrPath) ? Path.GetFullPath(nameOrPath) : folders.Locate(kind: null, nameOrPath).Path;
        output.WriteLine(path);
        if (Directory.Exists(path))
        {
            return InspectReport.WriteCheckpoint(path, output);
        }

        SafetensorsHeader header = TensorFile.ReadHeader(path);
        return FamilyDetector.Detect(header) switch
        {
            { Key: "lora" } => InspectReport.WriteLora(path, header, output),
            { IsSupported: true } => InspectReport.WriteCheckpoint(path, output),
            ModelFamily other => InspectReport.WriteOther(other, header, output),
            null => InspectReport.WriteUnknown(header, output),
        };
    }

    private static bool LooksLikeAPath(string text) =>
        Path.Exists(text) || text.AsSpan().ContainsAny('/', '\\') || Path.HasExtension(text);
}
