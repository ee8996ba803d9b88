using System.Text.Json;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Metadata.Programs;

/// <summary>The list of models that Civitai's generator writes: JSON, unquoted, in the middle of the last line, where a reader of pairs sees only its beginning.</summary>
internal static class CivitaiResources
{
    private const string Mark = "Civitai resources: [";

    /// <returns>Null where the text has none.</returns>
    public static JsonElement? Find(string text)
    {
        int mark = text.LastIndexOf(Mark, StringComparison.Ordinal);
        if (mark < 0)
        {
            return null;
        }

        int start = mark + Mark.Length - 1, depth = 0;
        bool isInString = false;
        for (int i = start; i < text.Length; i++)
        {
            if (isInString)
            {
                if (text[i] == '\\')
                {
                    // What it escapes cannot end the string.
                    i++;
                }
                else
                {
                    isInString = text[i] != '"';
                }

                continue;
            }

            isInString = text[i] == '"';
            depth += text[i] is '[' or '{' ? 1 : text[i] is ']' or '}' ? -1 : 0;
            if (depth == 0)
            {
                return ForeignJson.Parse(text[start..(i + 1)]);
            }
        }

        return null;
    }

    public static void Take(JsonElement resources, RecipeDraft draft)
    {
        foreach (JsonElement resource in ((JsonElement?)resources).Items(64))
        {
            long? version = resource.Whole("modelVersionId");
            string name = $"{resource.Words("modelName")} {resource.Words("modelVersionName")}".Trim();
            name = name.Length > 0 ? name : version is { } number ? string.Create(null, $"Civitai version {number}") : "";
            switch (resource.Words("type"))
            {
                case "checkpoint":
                    draft.Model(ModelKind.Checkpoint, name, hash: null, version);
                    break;
                case "lora" or "lycoris" or "locon" or "dora":
                    draft.Lora(name, resource.Fraction("weight") ?? 1, textWeight: null, hash: null, version);
                    break;
                case "embed" or "textualinversion":
                    draft.Model(ModelKind.Embedding, name, hash: null, version);
                    break;
                case "vae":
                    draft.Model(ModelKind.Vae, name, hash: null, version);
                    break;
                default:
                    break;
            }
        }
    }
}
