namespace SdStudio.Storage.Models.Downloads;

/// <summary>Which files of a repository in diffusers layout a model needs: one set of weights for each part, and what describes it.</summary>
internal static class DiffusersSelection
{
    private const string Index = "model_index.json";

    /// <summary>Parts that hold weights; the first three are never absent.</summary>
    private static readonly string[] s_networks = ["unet", "vae", "text_encoder", "text_encoder_2"];

    private static readonly string[] s_descriptions = ["scheduler", "tokenizer", "tokenizer_2"];

    private static readonly string[] s_stems = ["diffusion_pytorch_model", "model"];

    /// <returns>Each file and the path it is kept under; null when this is no such repository, or has pickles only.</returns>
    public static IReadOnlyList<(RepositoryFile File, string Path)>? Select(IReadOnlyList<RepositoryFile> files)
    {
        if (files.FirstOrDefault(file => file.Path == Index) is not { } index)
        {
            return null;
        }

        List<(RepositoryFile, string)> selected = [(index, Index)];
        foreach (string network in s_networks)
        {
            RepositoryFile[] inside = [.. files.Where(file => file.Folder == network)];
            IReadOnlyList<(RepositoryFile, string)> weights = Weights(inside);
            if (weights.Count == 0 && (network != "text_encoder_2" || inside.Length > 0))
            {
                // SDXL's refiner has the second text encoder only.
                if (network == "text_encoder" && inside.Length == 0)
                {
                    continue;
                }

                return null;
            }

            selected.AddRange(weights);
            selected.AddRange(inside.Where(file => file.Name == "config.json").Select(file => (file, file.Path)));
        }

        selected.AddRange(files.Where(file => s_descriptions.Contains(file.Folder) && file.Name.EndsWith(".json", StringComparison.Ordinal)).Select(file => (file, file.Path)));
        selected.AddRange(files.Where(file => s_descriptions.Contains(file.Folder) && file.Name == "merges.txt").Select(file => (file, file.Path)));
        return selected;
    }

    /// <summary>Half precision where there is a choice: nothing is lost that a picture shows, and it is half the size.</summary>
    private static IReadOnlyList<(RepositoryFile, string)> Weights(RepositoryFile[] files)
    {
        foreach (string stem in s_stems)
        {
            // Kept under the plain name, which every program looks for.
            if (files.FirstOrDefault(file => file.Name == $"{stem}.fp16.safetensors") is { } half)
            {
                return [(half, $"{half.Folder}/{stem}.safetensors")];
            }

            if (files.FirstOrDefault(file => file.Name == $"{stem}.safetensors") is { } whole)
            {
                return [(whole, whole.Path)];
            }

            RepositoryFile[] shards = [.. files.Where(file =>
                (file.Name.StartsWith($"{stem}-0", StringComparison.Ordinal) && file.Name.EndsWith(".safetensors", StringComparison.Ordinal))
                || file.Name == $"{stem}.safetensors.index.json")];
            if (shards.Length > 1)
            {
                return [.. shards.Select(shard => (shard, shard.Path))];
            }
        }

        return [];
    }
}
