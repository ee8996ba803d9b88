using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using SdStudio.Diffusion;
using SdStudio.Storage.Styles;

namespace SdStudio.Web.Components.Generate;

/// <summary>The form in the address of the page, so that a reload, a bookmark or a second tab shows the same recipe.</summary>
public static class RecipeQuery
{
    private const int LongestText = 6000;

    /// <summary>One more than a picture takes: the form then says that they are too many.</summary>
    private const int MostLoras = RecipeFormModel.MostLoras + 1;

    private const int MostTextEncoders = 4;
    private const int MostStyles = 16;

    /// <summary>Before a LoRA's strength in the text encoders: by name, since its own name may hold a colon and a number.</summary>
    private const string TextMark = ":te=";

    /// <returns>The query without its question mark; what is empty or left to chance is not in it.</returns>
    public static string Format(RecipeFormModel form)
    {
        ArgumentNullException.ThrowIfNull(form);

        var pairs = new List<KeyValuePair<string, string?>>();
        Add("prompt", form.Prompt);
        Add("negative", form.NegativePrompt);
        Add("model", form.Model);
        Add("width", Number(form.Width));
        Add("height", Number(form.Height));
        Add("steps", Number(form.Steps));
        Add("guidance", Number(form.GuidanceScale));
        Add("sampler", form.Sampler);
        Add("schedule", form.Schedule);
        Add("seed", form.Seed is { } seed ? Number(seed) : "");
        Add("pictures", form.Pictures == 1 ? "" : Number(form.Pictures));
        Add("clipskip", form.ClipSkip == 1 ? "" : Number(form.ClipSkip));
        foreach (LoraSelection lora in form.Loras)
        {
            Add("lora", lora.TextEncoderWeight is { } text ? $"{lora.Name}:{Number(lora.Weight)}{TextMark}{Number(text)}" : $"{lora.Name}:{Number(lora.Weight)}");
        }

        form.Styles.ForEach(style => Add("style", style));
        Add("refiner", form.Refiner is { } refiner ? $"{refiner.Name}:{Number(refiner.SwitchAt)}" : "");
        Add("vae", form.Vae ?? "");
        // One that is left to the model keeps the place of the next.
        pairs.AddRange(form.TextEncoders.Select(name => new KeyValuePair<string, string?>("encoder", name)));
        Add("knobs", form.SamplerSettings == SamplerSettings.Default ? "" : JsonSerializer.Serialize(form.SamplerSettings));
        Add("noise", form.Noise == NoiseSettings.Default ? "" : JsonSerializer.Serialize(form.Noise));
        Add("onedraw", form.IsOneDraw ? "1" : "");
        Add("profile", form.Profile == CompatibilityProfile.SdStudio ? "" : form.Profile.ToString());
        Add("emphasis", form.Emphasis?.ToString() ?? "");
        return QueryHelpers.AddQueryString("", pairs).TrimStart('?');

        void Add(string key, string value)
        {
            if (value.Length > 0)
            {
                pairs.Add(new KeyValuePair<string, string?>(key, value));
            }
        }
    }

    /// <summary>Whether <see cref="Format"/> wrote it: then what it does not say is empty, and not left to the model.</summary>
    public static bool IsWhole(string query)
    {
        Dictionary<string, StringValues> values = QueryHelpers.ParseQuery(query);
        return values.ContainsKey("width") && values.ContainsKey("height") && values.ContainsKey("steps") && values.ContainsKey("guidance");
    }

    /// <summary>Puts what the query says into the form. What cannot be read is left as it was; limits are the form's own work.</summary>
    /// <returns>Whether the query said anything about a recipe.</returns>
    public static bool Read(string query, RecipeFormModel form)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(form);

        Dictionary<string, StringValues> values = QueryHelpers.ParseQuery(query);
        bool found = false;
        form.Prompt = Text("prompt") ?? form.Prompt;
        form.NegativePrompt = Text("negative") ?? form.NegativePrompt;
        form.Model = Text("model") ?? form.Model;
        form.Width = Parsed<int>("width") ?? form.Width;
        form.Height = Parsed<int>("height") ?? form.Height;
        form.Steps = Parsed<int>("steps") ?? form.Steps;
        form.GuidanceScale = Parsed<float>("guidance") is { } guidance && float.IsFinite(guidance) ? guidance : form.GuidanceScale;
        form.Sampler = Text("sampler") ?? form.Sampler;
        form.Schedule = Text("schedule") ?? form.Schedule;
        form.Seed = Parsed<long>("seed") is { } seed and >= 0 ? seed : form.Seed;
        form.Pictures = Parsed<int>("pictures") ?? form.Pictures;
        form.ClipSkip = Parsed<int>("clipskip") ?? form.ClipSkip;
        ReadLoras();
        ReadStyles();
        ReadRefiner();
        form.Vae = Text("vae") is { Length: > 0 } vae ? vae : form.Vae;
        form.TextEncoders = Text("encoder") is null ? form.TextEncoders
            : [.. values["encoder"].Take(MostTextEncoders).Select(name => name is { Length: <= LongestText } ? name : "")];
        form.SamplerSettings = Whole<SamplerSettings>("knobs") is { } knobs && knobs.WhyNot() is null ? knobs : form.SamplerSettings;
        form.Noise = Whole<NoiseSettings>("noise") is { } noise && noise.WhyNot(form.Seed ?? 0) is null ? noise : form.Noise;
        form.IsOneDraw = Text("onedraw") is { } oneDraw ? oneDraw == "1" : form.IsOneDraw;
        form.Profile = Named<CompatibilityProfile>("profile") ?? form.Profile;
        form.Emphasis = Named<EmphasisMode>("emphasis") ?? form.Emphasis;
        return found;

        string? Text(string key)
        {
            if (!values.TryGetValue(key, out StringValues value) || value.Count == 0 || value[0] is not { Length: <= LongestText } text)
            {
                return null;
            }

            found = true;
            return text;
        }

        T? Whole<T>(string key) where T : class
        {
            try
            {
                return Text(key) is { } text ? JsonSerializer.Deserialize<T>(text) : null;
            }
            catch (JsonException)
            {
                // Written by hand, or by another version.
                return null;
            }
        }

        T? Parsed<T>(string key) where T : struct, ISpanParsable<T> =>
            Text(key) is { } text && T.TryParse(text, CultureInfo.InvariantCulture, out T value) ? value : null;

        T? Named<T>(string key) where T : struct, Enum =>
            Text(key) is { } text && Enum.TryParse(text, ignoreCase: true, out T value) && Enum.IsDefined(value) ? value : null;

        void ReadRefiner()
        {
            int colon = Text("refiner") is { } text ? text.LastIndexOf(':') : -1;
            if (colon > 0
                && float.TryParse(values["refiner"][0].AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out float switchAt)
                && switchAt is >= 0 and <= 1)
            {
                form.Refiner = new RefinerSelection(values["refiner"][0]![..colon], switchAt);
            }
        }

        void ReadStyles()
        {
            if (Text("style") is not null)
            {
                form.Styles.Clear();
                form.Styles.AddRange(values["style"].OfType<string>().Where(name => name.Length is > 0 and <= PromptStyle.LongestName).Distinct().Take(MostStyles));
            }
        }

        void ReadLoras()
        {
            foreach (string? text in values.GetValueOrDefault("lora").Take(MostLoras))
            {
                if (ReadLora(text ?? "") is { } lora)
                {
                    found = true;
                    form.Loras.RemoveAll(other => other.Name == lora.Name);
                    form.Loras.Add(lora);
                }
            }
        }
    }

    /// <summary>Reads <c>name:0.8</c> and <c>name:0.8:te=0.5</c>.</summary>
    private static LoraSelection? ReadLora(string text)
    {
        float? textWeight = null;
        int mark = text.LastIndexOf(TextMark, StringComparison.Ordinal);
        if (mark > 0 && Weight(text.AsSpan(mark + TextMark.Length)) is { } written)
        {
            (text, textWeight) = (text[..mark], written);
        }

        int colon = text.LastIndexOf(':');
        return colon > 0 && Weight(text.AsSpan(colon + 1)) is { } weight
            ? new LoraSelection(text[..colon], weight) { TextEncoderWeight = textWeight == weight ? null : textWeight }
            : null;
    }

    /// <summary>Brought back within reason; null for what is no number.</summary>
    private static float? Weight(ReadOnlySpan<char> text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float weight) && float.IsFinite(weight)
            ? Math.Clamp(weight, -RecipeFormModel.MostLoraWeight, RecipeFormModel.MostLoraWeight)
            : null;

    private static string Number<T>(T value) where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
