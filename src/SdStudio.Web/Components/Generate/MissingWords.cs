using System.Collections.Immutable;
using SdStudio.Storage.Models;

namespace SdStudio.Web.Components.Generate;

/// <summary>What to say of a model that is not whole: where in the form its parts are chosen.</summary>
internal static class MissingWords
{
    private static readonly ImmutableArray<(MissingParts Part, string Name)> s_names =
        [(MissingParts.TextEncoder, "a text encoder"), (MissingParts.SecondTextEncoder, "a second text encoder"), (MissingParts.Vae, "a VAE")];

    /// <param name="form">What was chosen for it.</param>
    /// <returns>Null where nothing is missing any more.</returns>
    public static string? Of(ModelFile model, RecipeFormModel form)
    {
        MissingParts missing = model.MissingWith(form.Vae, form.TextEncoders);
        return missing == MissingParts.None ? null
            : $"{model.Title} comes without {string.Join(" and ", s_names.Where(row => missing.HasFlag(row.Part)).Select(row => row.Name))}. Choose {(s_names.Count(row => missing.HasFlag(row.Part)) == 1 ? "one" : "them")} in the advanced settings.";
    }
}
