using System.Text.Json;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Sampling;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Metadata.Programs;

/// <summary>SwarmUI's JSON: <c>sui_image_params</c>, and the hashes beside it.</summary>
internal static class SwarmReader
{
    /// <returns>Null for what is none.</returns>
    public static ReadRecipe? Read(string text, (int Width, int Height) pixels)
    {
        if (ForeignJson.Parse(text) is not { } json || json.Part("sui_image_params") is not { ValueKind: JsonValueKind.Object } values)
        {
            return null;
        }

        var draft = new RecipeDraft("SwarmUI", CompatibilityProfile.ComfyUi)
        {
            Prompt = values.Words("prompt") ?? "",
            NegativePrompt = values.Words("negativeprompt") ?? "",
            Seed = values.Whole("seed"),
            Steps = values.Whole("steps"),
            Guidance = values.Fraction("cfgscale"),
            Width = values.Whole("width"),
            Height = values.Whole("height"),
            ClipSkip = values.Whole("clipstopatlayer") is { } layer and not 0 ? Math.Abs(layer) : null,
            SamplerSettings = new SamplerSettings { Eta = values.Fraction("eta"), NoiseScale = values.Fraction("sigmanoise") ?? 1 },
            Noise = ProgramCatalog.Of(CompatibilityProfile.ComfyUi).Draw(
                new NoiseSettings { VariationSeed = Math.Max(values.Whole("variationseed") ?? 0, 0), VariationStrength = values.Fraction("variationseedstrength") ?? 0 }),
        };
        draft.Sample(values.Words("sampler") ?? "euler", values.Words("scheduler"), "normal");
        if (SamplerNames.FindSchedule(values.Words("scheduler")) == "beta")
        {
            draft.Schedule("beta_timesteps");
        }

        draft.Model(ModelKind.Checkpoint, values.Words("model"));
        draft.TakeVae(values.Words("vae"));
        float[] weights = [.. List(values, "loraweights").Select(weight => RecipeParameters.Fraction(weight) ?? 1)];
        foreach ((string lora, int place) in List(values, "loras").Select((lora, place) => (lora, place)))
        {
            draft.Lora(lora, weights.ElementAtOrDefault(place) is var weight && place < weights.Length ? weight : 1);
        }

        if (values.Words("refinermodel") is { } refiner && values.Words("refinermethod") == "StepSwap" && values.Fraction("refinercontrolpercentage") is { } share)
        {
            draft.Refiner = new RefinerSelection(draft.Model(ModelKind.Checkpoint, refiner), Math.Clamp(1 - share, 0, 1));
        }
        else if (values.Part("refinercontrolpercentage") is not null || values.Part("refinerupscale") is not null)
        {
            draft.LeaveOut("A refining pass went over it again, enlarged or not. What is made here is the first pass, at its size.");
        }

        TakeHashes(json, draft);
        Tell(values, draft);
        draft.TakeLoras();
        return draft.Build(text, pixels);
    }

    /// <summary>A list, or words between commas.</summary>
    private static IEnumerable<string> List(JsonElement values, string name) => values.Part(name) switch
    {
        { ValueKind: JsonValueKind.Array } list => ((JsonElement?)list).Items().Select(item => ((JsonElement?)item).Words() ?? ""),
        { } value => (((JsonElement?)value).Words() ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        null => [],
    };

    /// <summary>"0x" and the SHA-256 of the file's data.</summary>
    private static void TakeHashes(JsonElement json, RecipeDraft draft)
    {
        foreach (JsonElement model in json.Part("sui_models").Items(64))
        {
            string? hash = model.Words("hash") is { } digits && digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? digits[2..] : null;
            ModelKind? kind = model.Words("param") switch
            {
                "model" or "refinermodel" => ModelKind.Checkpoint,
                "loras" => ModelKind.Lora,
                "vae" => ModelKind.Vae,
                _ => null,
            };
            if (hash is not null && kind is { } known && model.Words("name") is { } name)
            {
                draft.Model(known, name, hash);
            }
        }
    }

    private static void Tell(JsonElement values, RecipeDraft draft)
    {
        if (values.Part("initimage") is not null || values.Part("initimagecreativity") is not null)
        {
            draft.LeaveOut("It was made from another picture. That picture is not in the file, so this one comes out otherwise.");
        }

        if (values.EnumerateObject().Take(500).Any(value => value.Name.StartsWith("controlnet", StringComparison.Ordinal)))
        {
            draft.LeaveOut("It was guided by ControlNet, which needs the picture that guided it.");
        }

        if (draft.Prompt.Contains("<segment:", StringComparison.Ordinal) || draft.Prompt.Contains("<region:", StringComparison.Ordinal) || draft.Prompt.Contains("<object:", StringComparison.Ordinal))
        {
            draft.LeaveOut("Its words speak of regions and segments in SwarmUI's way; here they are words like others.");
        }
    }
}
