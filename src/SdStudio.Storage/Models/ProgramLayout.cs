namespace SdStudio.Storage.Models;

/// <summary>How another program lays out its folder, so that naming that folder is enough to find its models and nothing else is searched.</summary>
/// <param name="Program">Its name, for people.</param>
/// <param name="Signs">Files or folders below the root; one of them gives the program away.</param>
/// <param name="Folders">Folders below the root that hold models, and of which kind where the name does not tell.</param>
internal sealed record ProgramLayout(string Program, string[] Signs, (string Folder, ModelKind Kind)[] Folders)
{
    private const ModelKind ByName = ModelKind.Checkpoint;

    private static readonly ProgramLayout[] s_all =
    [
        new("Stable Diffusion web UI", ["models/Stable-diffusion", "webui/models/Stable-diffusion"],
            [
                ("models", ByName), ("embeddings", ModelKind.Embedding), ("extensions/sd-webui-controlnet/models", ModelKind.ControlNet),
                ("webui/models", ByName), ("webui/embeddings", ModelKind.Embedding),
            ]),
        new("ComfyUI", ["folder_paths.py", ExtraModelPaths.Name, "models/upscale_models", "ComfyUI/folder_paths.py"], [("models", ByName), ("ComfyUI/models", ByName)]),
        new("InvokeAI", ["invokeai.yaml", "databases/invokeai.db"], [("models", ByName), ("autoimport", ByName)]),
        new("StabilityMatrix", ["Models/StableDiffusion", "Data/Models/StableDiffusion"], [("Models", ByName), ("Data/Models", ByName)]),
    ];

    /// <summary>Where a folder's models lie.</summary>
    /// <param name="root">Full path: a program's folder, or simply a folder of models.</param>
    /// <param name="program">The program it belongs to; null for a folder of models.</param>
    /// <returns>Full paths, not all of them need exist.</returns>
    public static IReadOnlyList<(string Folder, ModelKind Kind)> Expand(string root, out string? program)
    {
        ProgramLayout? layout = s_all.FirstOrDefault(layout => layout.Signs.Any(sign => Path.Exists(Below(root, sign))));
        program = layout?.Program;
        if (layout is null)
        {
            return [(root, FolderMeaning.Kind(Path.GetFileName(root)) ?? ByName)];
        }

        var folders = layout.Folders.Select(row => (Below(root, row.Folder), row.Kind)).ToList();
        foreach (string file in (string[])[Below(root, ExtraModelPaths.Name), Below(root, $"ComfyUI/{ExtraModelPaths.Name}")])
        {
            folders.AddRange(ExtraModelPaths.Read(file));
        }

        return folders;
    }

    private static string Below(string root, string path) => Path.Combine([root, .. path.Split('/')]);
}
