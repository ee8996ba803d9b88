using System.Text.Json;
using SdStudio.Diffusion;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Metadata.Programs;

/// <summary>NovelAI's JSON, from the text chunk "Comment" or from the lowest bits of the pixels.</summary>
internal static class NovelReader
{
    /// <param name="comment">The JSON, or the one of a stealth text, which carries it as a string.</param>
    /// <param name="source">What the file says of the model: "Stable Diffusion XL 7BCCAA2C"; null where it says nothing.</param>
    /// <returns>Null for what is none.</returns>
    public static ReadRecipe? Read(string comment, string? source, (int Width, int Height) pixels)
    {
        if (ForeignJson.Parse(comment) is not { ValueKind: JsonValueKind.Object } json)
        {
            return null;
        }

        if (json.Part("Comment") is { } inner)
        {
            source = json.Words("Source") ?? source;
            if ((inner.ValueKind == JsonValueKind.Object ? inner : ForeignJson.Parse(((JsonElement?)inner).Words())) is not { ValueKind: JsonValueKind.Object } unpacked)
            {
                return null;
            }

            json = unpacked;
        }

        if (json.Part("prompt") is null || json.Part("sampler") is null || json.Part("uc") is null && json.Part("uncond_scale") is null && json.Part("v4_prompt") is null)
        {
            return null;
        }

        var draft = new RecipeDraft("NovelAI", CompatibilityProfile.A1111)
        {
            Prompt = PromptTranslation.FromNovelAi(json.Words("prompt") ?? ""),
            NegativePrompt = PromptTranslation.FromNovelAi(json.Words("uc") ?? ""),
            Seed = json.Whole("seed"),
            Steps = json.Whole("steps"),
            Guidance = json.Fraction("scale"),
            Width = json.Whole("width"),
            Height = json.Whole("height"),
        };
        if (json.Words("prompt") is { } words && words != draft.Prompt)
        {
            draft.Map("Weights", words, draft.Prompt);
        }

        draft.Sample(json.Words("sampler"), json.Words("noise_schedule"), "normal");
        draft.Model(ModelKind.Checkpoint, source is null ? "NovelAI" : $"NovelAI {source}");
        draft.LeaveOut("NovelAI's models are not given to anybody, so another model takes the place of its own and the picture comes out otherwise.");
        if (json.Fraction("cfg_rescale") is > 0)
        {
            draft.LeaveOut("Its guidance was rescaled.");
        }

        if (json.Fraction("uncond_scale") is { } unconditional && unconditional != 1)
        {
            draft.LeaveOut("The undesired content counted more or less than here.");
        }

        if (json.Part("strength") is not null && json.Part("image") is not null || json.Words("request_type")?.Contains("Img2Img", StringComparison.Ordinal) == true)
        {
            draft.LeaveOut("It was made from another picture. That picture is not in the file, so this one comes out otherwise.");
        }

        return draft.Build(comment, pixels);
    }
}
