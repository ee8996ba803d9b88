using System.Collections.Immutable;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>
/// Finds the files with a network's weights in a diffusers folder: one file, or parts that an index lists (<c>NAME.safetensors.index.json</c>),
/// each perhaps in a variant (<c>NAME.fp16.safetensors</c>). safetensors goes before torch's format, the plain name before every variant.
/// </summary>
internal static class ComponentFiles
{
    private static readonly ImmutableArray<string> s_formats = ["safetensors", "bin"];

    /// <summary>Half the size first; weights that were not averaged, for training, last.</summary>
    private static readonly ImmutableArray<string> s_variants = ["fp16", "bf16", "fp32", "ema", "non_ema"];

    /// <param name="folder">Of the model.</param>
    /// <param name="part">Of the network, in it.</param>
    /// <param name="names">What the network's files may be called, without variant and extension.</param>
    /// <returns>Full paths; none where the folder holds no weights.</returns>
    /// <exception cref="CheckpointException">An index makes no sense, a part that it lists is missing, or a link leads out of the folder.</exception>
    public static IReadOnlyList<string> Find(string folder, string part, params ReadOnlySpan<string> names)
    {
        string[] present = Present(Path.Combine(folder, part));
        foreach (string format in s_formats)
        {
            foreach (string name in names)
            {
                if (Find(folder, part, name, format, present) is { Count: > 0 } found)
                {
                    return found;
                }
            }
        }

        return [];
    }

    private static string[] Present(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(folder, CheckpointProblem.Unreadable, $"The folder {Wording.Quote(folder)} cannot be read: {e.Message}", e);
        }
    }

    private static List<string> Find(string folder, string part, string name, string format, string[] present)
    {
        string[] variants =
        [
            "", .. s_variants.Select(variant => "." + variant),

            // One that nobody has heard of is still the weights, where there are no others.
            .. present.Where(file => file.StartsWith(name + ".", StringComparison.Ordinal) && file.EndsWith("." + format, StringComparison.Ordinal))
                .Select(file => file[name.Length..^(format.Length + 1)]).Where(variant => variant.Length > 0),
        ];
        foreach (string variant in variants)
        {
            if (present.Contains($"{name}{variant}.{format}"))
            {
                return [RealPath.Inside(folder, part, $"{name}{variant}.{format}")];
            }

            string[] indices = [$"{name}.{format}.index{variant}.json", $"{name}{variant}.{format}.index.json"];
            if (indices.FirstOrDefault(present.Contains) is { } index)
            {
                return Parts(folder, part, index);
            }
        }

        return [];
    }

    private static List<string> Parts(string folder, string part, string index)
    {
        string path = RealPath.Inside(folder, part, index);
        ModelConfiguration configuration = ModelConfiguration.Read(path);
        List<string> files = [];
        foreach (string file in configuration.TextMap("weight_map").Values.Distinct(StringComparer.Ordinal))
        {
            // A part lies beside its index, nowhere else.
            if (file.Length == 0 || file is "." or ".." || file.AsSpan().ContainsAny('/', '\\', '\0'))
            {
                throw configuration.Invalid("weight_map");
            }

            if (!File.Exists(Path.Combine(folder, part, file)))
            {
                throw new CheckpointException(
                    folder, CheckpointProblem.NotFound, $"The weights in {Wording.Quote(part)} are in several files, and {Wording.Quote(file)} is missing. Download it into that folder.");
            }

            files.Add(RealPath.Inside(folder, part, file));
        }

        return files;
    }
}
