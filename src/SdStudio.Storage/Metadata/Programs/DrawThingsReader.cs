using System.Text.Json;
using SdStudio.Diffusion;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Metadata.Programs;

/// <summary>Draw Things: JSON in the user comment of XMP or EXIF.</summary>
internal static class DrawThingsReader
{
    /// <returns>Null for what is none.</returns>
    public static ReadRecipe? Read(string text, (int Width, int Height) pixels)
    {
        if (ForeignJson.Parse(text) is not { ValueKind: JsonValueKind.Object } json || json.Words("c") is not { } prompt || json.Part("sampler") is null || json.Part("scale") is null)
        {
            return null;
        }

        var draft = new RecipeDraft("Draw Things", CompatibilityProfile.Diffusers)
        {
            Prompt = prompt,
            NegativePrompt = json.Words("uc") ?? "",
            Seed = json.Whole("seed"),
            Steps = json.Whole("steps"),
            Guidance = json.Fraction("scale"),
        };
        if ((json.Words("size") ?? "").Split('x') is [var width, var height] && long.TryParse(width, out long wide) && long.TryParse(height, out long high))
        {
            (draft.Width, draft.Height) = (wide, high);
        }

        draft.Sample(json.Words("sampler"), schedule: null, "normal");
        draft.Model(ModelKind.Checkpoint, json.Words("model"));
        foreach (JsonElement lora in json.Part("lora").Items(64))
        {
            draft.Lora(lora.Words("model"), lora.Fraction("weight") ?? 1);
        }

        draft.LeaveOut("Draw Things draws its noise in a way of its own, so the picture comes out otherwise.");
        return draft.Build(text, pixels);
    }
}
