using System.Globalization;
using System.Text.Json;
using SdStudio.Diffusion;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Metadata.Programs;

/// <summary>InvokeAI: <c>invokeai_metadata</c> of today, <c>sd-metadata</c> of version 2, and the command line in <c>Dream</c> before that.</summary>
internal static class InvokeReader
{
    private const string Program = "InvokeAI";

    /// <returns>Null for what is none.</returns>
    public static ReadRecipe? Read(string text, (int Width, int Height) pixels)
    {
        if (ForeignJson.Parse(text) is not { ValueKind: JsonValueKind.Object } json || json.Part("positive_prompt") is null && json.Part("scheduler") is null)
        {
            return null;
        }

        RecipeDraft draft = NewDraft(json.Words("positive_prompt"), json.Words("negative_prompt"));
        draft.Seed = json.Whole("seed");
        draft.Steps = json.Whole("steps");
        draft.Guidance = json.Fraction("cfg_scale");
        (draft.Width, draft.Height) = (json.Whole("width"), json.Whole("height"));
        draft.ClipSkip = json.Whole("clip_skip") is { } skip and > 0 ? skip + 1 : null;
        draft.Noise = new NoiseSettings { Source = json.Words("rand_device") is "cuda" ? NoiseSource.Nvidia : NoiseSource.Cpu };
        Sample(draft, json.Words("scheduler"));
        if (json.Part("model") is { } model)
        {
            // Its hashes are of another kind (BLAKE3), which no file here is known by.
            draft.Model(ModelKind.Checkpoint, NameOf(model), HashOf(model));
        }

        if (json.Part("vae") is { } vae)
        {
            draft.TakeVae(NameOf(vae));
        }

        foreach (JsonElement lora in json.Part("loras").Items(64))
        {
            JsonElement file = lora.Part("model") ?? lora.Part("lora") ?? lora;
            draft.Lora(NameOf(file), lora.Fraction("weight") ?? 1, textWeight: null, HashOf(file));
        }

        if (json.Part("refiner_model") is { ValueKind: JsonValueKind.Object } refiner)
        {
            draft.Refiner = new RefinerSelection(draft.Model(ModelKind.Checkpoint, NameOf(refiner), HashOf(refiner)), Math.Clamp(json.Fraction("refiner_start") ?? 0.8f, 0, 1));
        }

        Tell(json, draft);
        return draft.Build(text, pixels);
    }

    /// <summary>Version 2: <c>{ "image": { "prompt": [{ "prompt", "weight" }], "sampler", … } }</c>.</summary>
    /// <returns>Null for what is none.</returns>
    public static ReadRecipe? ReadVersion2(string text, (int Width, int Height) pixels)
    {
        if (ForeignJson.Parse(text) is not { ValueKind: JsonValueKind.Object } json || json.Part("image") is not { ValueKind: JsonValueKind.Object } image || image.Part("prompt") is not { } prompt)
        {
            return null;
        }

        string words = prompt.ValueKind == JsonValueKind.Array
            ? string.Join(' ', ((JsonElement?)prompt).Items(16).Select(part => part.Words("prompt")))
            : ((JsonElement?)prompt).Words() ?? "";
        (string positive, string negative) = SplitNegative(words);
        RecipeDraft draft = NewDraft(positive, negative);
        draft.Seed = image.Whole("seed");
        draft.Steps = image.Whole("steps");
        draft.Guidance = image.Fraction("cfg_scale");
        (draft.Width, draft.Height) = (image.Whole("width"), image.Whole("height"));
        Sample(draft, image.Words("sampler"));
        draft.Model(ModelKind.Checkpoint, json.Words("model_weights"), json.Words("model_hash"));
        if (image.Words("type") is "img2img")
        {
            draft.LeaveOut("It was made from another picture. That picture is not in the file, so this one comes out otherwise.");
        }

        if (image.Fraction("threshold") is > 0 || image.Fraction("perlin") is > 0)
        {
            draft.LeaveOut("Its noise had a threshold or was mixed with Perlin noise.");
        }

        return draft.Build(text, pixels);
    }

    /// <summary>The first: <c>"a fox" -s 50 -S 42 -W 512 -H 512 -C 7.5 -A k_lms</c>.</summary>
    /// <returns>Null for what is none.</returns>
    public static ReadRecipe? ReadDream(string text, (int Width, int Height) pixels)
    {
        string line = text.Trim();
        int end = line.StartsWith('"') ? line.LastIndexOf('"') : -1;
        if (end <= 0)
        {
            return null;
        }

        (string positive, string negative) = SplitNegative(line[1..end]);
        RecipeDraft draft = NewDraft(positive, negative);
        string? sampler = null;
        string[] words = line[(end + 1)..].Split(' ', 200, StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < words.Length; i++)
        {
            // "-s50" and "-s 50" are the same.
            string key = words[i].Length > 2 && words[i][0] == '-' && words[i][1] != '-' ? words[i][..2] : words[i];
            string value = key.Length < words[i].Length ? words[i][2..] : i + 1 < words.Length ? words[i + 1] : "";
            long? whole = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
            switch (key)
            {
                case "-s":
                    draft.Steps = whole;
                    break;
                case "-S":
                    draft.Seed = whole;
                    break;
                case "-W":
                    draft.Width = whole;
                    break;
                case "-H":
                    draft.Height = whole;
                    break;
                case "-C":
                    draft.Guidance = RecipeParameters.Fraction(value);
                    break;
                case "-A":
                    sampler = value;
                    break;
                case "-I" or "-f":
                    draft.LeaveOut("It was made from another picture. That picture is not in the file, so this one comes out otherwise.");
                    break;
                default:
                    break;
            }
        }

        if (draft.Steps is null && draft.Seed is null)
        {
            return null;
        }

        Sample(draft, sampler ?? "k_lms");
        return draft.Build(text, pixels);
    }

    private static RecipeDraft NewDraft(string? prompt, string? negative)
    {
        var draft = new RecipeDraft(Program, CompatibilityProfile.Diffusers)
        {
            Prompt = PromptTranslation.FromInvokeAi(prompt ?? ""),
            NegativePrompt = PromptTranslation.FromInvokeAi(negative ?? ""),
        };
        if (prompt is not null && draft.Prompt != prompt)
        {
            draft.Map("Weights", prompt, draft.Prompt);
        }

        return draft;
    }

    private static void Sample(RecipeDraft draft, string? scheduler)
    {
        draft.Sample(scheduler, schedule: null, "leading");
        if (scheduler is not null && (scheduler.StartsWith("dpmpp_2s", StringComparison.Ordinal) || scheduler.StartsWith("dpmpp_3m", StringComparison.Ordinal)))
        {
            // The same steps without fresh noise.
            draft.SamplerSettings = new SamplerSettings { Eta = 0 };
        }
    }

    /// <summary>Old prompts have the negative words in brackets at any place.</summary>
    private static (string Positive, string Negative) SplitNegative(string prompt)
    {
        int start = prompt.IndexOf('[', StringComparison.Ordinal), end = prompt.LastIndexOf(']');
        return start >= 0 && end > start ? ((prompt[..start].TrimEnd() + prompt[(end + 1)..]).Trim(), prompt[(start + 1)..end].Trim()) : (prompt, "");
    }

    private static string? NameOf(JsonElement model) => model.Words("name") ?? model.Words("model_name") ?? model.Words("base_model");

    private static string? HashOf(JsonElement model) => model.Words("hash") is { } hash ? hash.StartsWith("sha256:", StringComparison.Ordinal) ? hash[7..] : hash : null;

    private static void Tell(JsonElement json, RecipeDraft draft)
    {
        if (json.Words("generation_mode") is { } mode && !mode.EndsWith("txt2img", StringComparison.Ordinal))
        {
            draft.LeaveOut("It was made from another picture or through a mask. Those are not in the file, so this one comes out otherwise.");
        }

        if (json.Part("controlnets").Items().Any() || json.Part("t2iAdapters").Items().Any())
        {
            draft.LeaveOut("It was guided by ControlNet, which needs the picture that guided it.");
        }

        if (json.Part("ipAdapters").Items().Any())
        {
            draft.LeaveOut("Another picture had part in it, through IP-Adapter.");
        }

        if (json.Fraction("cfg_rescale_multiplier") is > 0)
        {
            draft.LeaveOut("Its guidance was rescaled.");
        }

        if (json.Part("hrf_enabled") is { ValueKind: JsonValueKind.True })
        {
            draft.LeaveOut("A second pass enlarged it. What is made here is the first pass, at its size.");
        }
    }
}
