using System.Globalization;
using System.Text.Json;
using SdStudio.Diffusion;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Metadata.Programs;

/// <summary>Fooocus' own scheme: JSON in the place of the "parameters" text.</summary>
internal static class FooocusReader
{
    /// <returns>Null for what is none.</returns>
    public static ReadRecipe? Read(string text, (int Width, int Height) pixels)
    {
        if (ForeignJson.Parse(text) is not { ValueKind: JsonValueKind.Object } json
            || (json.Words("metadata_scheme") != "fooocus" && json.Words("version")?.Contains("Fooocus", StringComparison.OrdinalIgnoreCase) != true)
            || json.Part("base_model") is null)
        {
            return null;
        }

        var draft = new RecipeDraft("Fooocus", CompatibilityProfile.ComfyUi)
        {
            Prompt = json.Words("prompt") ?? "",
            NegativePrompt = json.Words("negative_prompt") ?? "",
            Seed = json.Whole("seed"),
            Steps = json.Whole("steps"),
            Guidance = json.Fraction("guidance_scale"),
        };
        if (Numbers(json.Words("resolution")) is [var width, var height])
        {
            (draft.Width, draft.Height) = (width, height);
        }

        TakeExpanded(json, draft);
        draft.Sample(json.Words("sampler"), json.Words("scheduler"), "karras");
        draft.Model(ModelKind.Checkpoint, json.Words("base_model"), json.Words("base_model_hash"));
        draft.TakeVae(json.Words("vae"));
        if (json.Words("refiner_model") is { } refiner and not "None")
        {
            draft.Refiner = new RefinerSelection(draft.Model(ModelKind.Checkpoint, refiner, json.Words("refiner_model_hash")), Math.Clamp(json.Fraction("refiner_switch") ?? 0.5f, 0, 1));
        }

        TakeLoras(json, draft);
        // Its clip skip of 2 is the layer that SDXL uses anyway.
        draft.ClipSkip = json.Whole("clip_skip") is { } skip and > 2 ? skip : null;
        draft.LeaveOut("Fooocus sharpens and guides in ways of its own (sharpness, ADM guidance), so pictures come close but not the same.");
        draft.TakeLoras();
        return draft.Build(text, pixels);
    }

    /// <summary>Styles write most of the words that Fooocus reads: where the file has them all, they are the prompt.</summary>
    private static void TakeExpanded(JsonElement json, RecipeDraft draft)
    {
        string full = Joined(json.Part("full_prompt")), fullNegative = Joined(json.Part("full_negative_prompt"));
        string styles = json.Part("styles") switch
        {
            { ValueKind: JsonValueKind.Array } list => string.Join(", ", ((JsonElement?)list).Items(32).Select(style => ((JsonElement?)style).Words())),
            var value => (value.Words() ?? "").Trim('[', ']').Replace("'", "", StringComparison.Ordinal),
        };
        if (full.Length > 0)
        {
            draft.Template = new PromptTemplate(draft.Prompt, draft.NegativePrompt);
            (draft.Prompt, draft.NegativePrompt) = (full, fullNegative.Length > 0 ? fullNegative : draft.NegativePrompt);
        }
        else if (styles.Length > 0)
        {
            draft.LeaveOut($"Styles of Fooocus: {styles}. They add words, which this file does not carry.");
        }
    }

    private static void TakeLoras(JsonElement json, RecipeDraft draft)
    {
        foreach (JsonElement lora in json.Part("loras").Items(64))
        {
            JsonElement[] parts = [.. ((JsonElement?)lora).Items(4)];
            if (parts.Length >= 2)
            {
                draft.Lora(((JsonElement?)parts[0]).Words(), ((JsonElement?)parts[1]).Fraction() ?? 1, textWeight: null, parts.Length > 2 ? ((JsonElement?)parts[2]).Words() : null);
            }
        }

        // Older files: "lora_combined_1": "name : 0.8".
        foreach (JsonProperty property in json.EnumerateObject().Take(500).Where(property => property.Name.StartsWith("lora_combined_", StringComparison.Ordinal)))
        {
            string combined = ((JsonElement?)property.Value).Words() ?? "";
            int colon = combined.LastIndexOf(" : ", StringComparison.Ordinal);
            if (colon > 0 && combined[..colon].Trim() is not "None")
            {
                draft.Lora(combined[..colon], RecipeParameters.Fraction(combined[(colon + 3)..].Trim()) ?? 1);
            }
        }
    }

    private static string Joined(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Array } ? string.Join(", ", value.Items().Select(part => ((JsonElement?)part).Words()).Where(part => !string.IsNullOrWhiteSpace(part))) : value.Words() ?? "";

    /// <summary>Of "(1152, 896)".</summary>
    private static long[] Numbers(string? text) =>
        [.. (text ?? "").Trim('(', ')', '[', ']', ' ').Split([',', 'x', '×'], 3).Select(part => long.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0)];
}
