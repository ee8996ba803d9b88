using SdStudio.Storage.Models;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Components.Models;

/// <summary>What is known of a model's file, as names and values.</summary>
internal static class ModelLines
{
    /// <param name="isOwner">Where a file lies is nobody's business but the owner's.</param>
    public static IEnumerable<(string Name, string Value)> Of(ModelEntry entry, bool isOwner, TimeProvider clock)
    {
        ModelFile model = entry.File;
        yield return ("Kind", ModelWords.Kind(model.Kind));
        yield return ("File", isOwner ? model.Path : Path.GetFileName(model.Path));
        yield return ("In recipes", model.Name);
        if (entry.MadeWith.Names.Length > 1)
        {
            yield return ("Called before", string.Join(", ", entry.MadeWith.Names.Skip(1)));
        }

        yield return ("Size", ByteSize.Text(model.Size));
        if (model.Precision is { } precision)
        {
            yield return ("Precision", precision);
        }

        if (model.BroughtBy is { } folder)
        {
            yield return ("Comes with", model.Kind == ModelKind.Embedding ? $"{Path.GetFileName(folder)}; a word in its prompts alone" : Path.GetFileName(folder));
        }

        if (model.Details.BaseModel is { } baseModel)
        {
            yield return ("Made for", baseModel);
        }

        if (entry.LastUsedAt is { } last)
        {
            yield return ("Last picture", Moment.Text(last, clock));
        }

        if (ModelWords.Purpose(model.Kind) is { } purpose)
        {
            yield return ("Use", purpose);
        }

        if (model.Hashes is { } hashes)
        {
            yield return ("SHA-256", hashes.Sha256);
            yield return ("AutoV2", hashes.AutoV2);
            if (hashes.AutoV3 is { } data)
            {
                yield return ("AutoV3", data);
            }
        }
        else if (model.Problem is null)
        {
            yield return ("Hashes", "being computed");
        }
    }
}
