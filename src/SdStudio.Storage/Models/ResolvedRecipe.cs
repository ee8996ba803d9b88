using SdStudio.Diffusion;
using SdStudio.Storage.Metadata;

namespace SdStudio.Storage.Models;

/// <summary>A recipe from elsewhere whose models were looked for among those that are here.</summary>
/// <param name="Recipe">With the names that the models have here; what is not here keeps the name of the text.</param>
/// <param name="Found">Models of the text, and what they are here.</param>
/// <param name="Missing">Models of the text that are not here, or cannot be used.</param>
public sealed record ResolvedRecipe(ImageRecipe Recipe, IReadOnlyList<(ReadModel Named, ModelFile Here)> Found, IReadOnlyList<ReadModel> Missing)
{
    /// <summary>Whether the model that makes the picture is here.</summary>
    public bool HasCheckpoint => Found.Any(found => found.Named.Kind == ModelKind.Checkpoint && found.Here.Name == Recipe.Checkpoint);

    /// <summary>The recipe without what is not here and can be done without: LoRAs, a VAE, a refiner.</summary>
    public ImageRecipe WithoutMissing() => Recipe with
    {
        Loras = [.. Recipe.Loras.Where(lora => Found.Any(found => found.Named.Kind == ModelKind.Lora && found.Here.Name == lora.Name))],
        Vae = Found.Any(found => found.Named.Kind == ModelKind.Vae && found.Here.Name == Recipe.Vae) ? Recipe.Vae : null,
        Refiner = Recipe.Refiner is { } refiner && Found.Any(found => found.Named.Kind == ModelKind.Checkpoint && found.Here.Name == refiner.Name) ? refiner : null,
    };

    /// <summary>Looks for every model by its hash first, which tells it whatever it is called, and then by its name.</summary>
    public static ResolvedRecipe Of(ReadRecipe read, ModelCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(catalog);
        List<(ReadModel Named, ModelFile Here)> found = [];
        List<ReadModel> missing = [];
        foreach (ReadModel named in read.Models)
        {
            ModelFile? here = (named.Hash is { } hash ? catalog.FindByHash(named.Kind, hash) : null) ?? (named.Name.Length > 0 ? catalog.Find(named.Kind, named.Name) : null);
            if (here is { Problem: null })
            {
                found.Add((named, here));
            }
            else
            {
                missing.Add(named);
            }
        }

        string Now(ModelKind kind, string name) => found.FirstOrDefault(row => row.Named.Kind == kind && row.Named.Name == name).Here?.Name ?? name;
        ImageRecipe recipe = read.Recipe;
        string checkpoint = Now(ModelKind.Checkpoint, recipe.Checkpoint);
        if (checkpoint == ReadRecipe.UnknownModel && found.FirstOrDefault(row => row.Named is { Kind: ModelKind.Checkpoint, Name.Length: 0 }).Here is { } byHash)
        {
            checkpoint = byHash.Name;
        }

        return new ResolvedRecipe(
            recipe with
            {
                Checkpoint = checkpoint,
                Loras = [.. recipe.Loras.Select(lora => lora with { Name = Now(ModelKind.Lora, lora.Name) })],
                Vae = recipe.Vae is { } vae ? Now(ModelKind.Vae, vae) : null,
                Refiner = recipe.Refiner is { } refiner ? refiner with { Name = Now(ModelKind.Checkpoint, refiner.Name) } : null,
            },
            found,
            missing);
    }
}
