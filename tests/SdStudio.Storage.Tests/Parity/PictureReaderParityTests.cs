using System.Text.Json;
using SdStudio.Diffusion;
using SdStudio.Storage.Metadata;
using SdStudio.Storage.Models;
using SdStudio.Tests;

namespace SdStudio.Storage.Tests.Parity;

/// <summary>Pictures and texts of other programs become the right recipes.</summary>
[Trait("Category", "Parity")]
public sealed class PictureReaderParityTests
{
    public static TheoryData<string, string> Images => GoldenFolder.Cases("infotext/images.json", array: null);

    public static TheoryData<string, string> Texts => GoldenFolder.Cases("infotext/parse.json", array: null);

    [SkippableTheory]
    [MemberData(nameof(Images))]
    public void Read_Picture_GivesWhatItsProgramWrote(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, array: null);
        using FileStream picture = File.OpenRead(GoldenFolder.Require($"infotext/images/{golden.GetProperty("file").GetString()}"));

        PictureReading reading = PictureReader.Read(picture);

        Assert.Equal((golden.GetProperty("size")[0].GetInt32(), golden.GetProperty("size")[1].GetInt32()), (reading.Width, reading.Height));
        if (golden.TryGetProperty("parameters", out JsonElement parameters))
        {
            AssertParameters(parameters.GetString()!, reading);
        }
        else if (golden.TryGetProperty("invokeai_metadata", out JsonElement invoke))
        {
            AssertInvoke(invoke, reading.Recipe!);
        }
        else if (golden.TryGetProperty("expected_summary", out JsonElement comfy))
        {
            AssertComfy(comfy, reading.Recipe!);
        }
        else if (golden.TryGetProperty("Comment", out JsonElement novel))
        {
            AssertNovel(novel, reading.Recipe!);
        }
        else if (golden.TryGetProperty("parameters_json", out JsonElement json))
        {
            AssertJson(json, reading.Recipe!);
        }
        else
        {
            Assert.Null(reading.Recipe);
            Assert.NotNull(reading.Problem);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Texts))]
    public void Read_Text_GivesARecipeOfItsFields(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, array: null);
        string text = golden.GetProperty("text").GetString()!;
        Dictionary<string, string> fields = [];
        foreach (JsonElement pair in golden.GetProperty("fields").EnumerateArray())
        {
            fields[pair[0].GetString()!] = pair[1].GetString()!;
        }

        ReadRecipe? read = PictureReader.Read(text).Recipe;

        if (text.StartsWith("{\"sui_image_params\"", StringComparison.Ordinal))
        {
            // To the reference this is a prompt; here it is the picture that it stands for.
            Assert.Equal(("SwarmUI", "a fox", 1), (read!.Program, read.Recipe.Prompt, read.Recipe.Seed));
            return;
        }

        if (!fields.Keys.Any(key => key is "Steps" or "Seed" or "Sampler"))
        {
            // The reference takes any three pairs for parameters, even "style: anime, mood: dark, time: night"; here that stays a prompt.
            Assert.Null(read);
            return;
        }

        JsonElement after = golden.GetProperty("after_defaults_and_compat");
        ImageRecipe recipe = read!.Recipe;
        // LoRAs move from the prompt into the recipe; hypernetworks, which the reference adds to the prompt, are told as left out.
        Assert.Equal(WithoutLoras(golden.GetProperty("prompt").GetString()!), recipe.Prompt);
        Assert.Equal(golden.GetProperty("negative_prompt").GetString(), recipe.NegativePrompt);
        Assert.Equal(int.Parse(ValueOf("Clip skip")!, null), recipe.ClipSkip);
        if (read.Program is "AUTOMATIC1111" or "Forge")
        {
            // NV and GPU are the same numbers here.
            Assert.Equal(ValueOf("RNG") == "CPU" ? NoiseSource.Cpu : NoiseSource.Nvidia, recipe.Noise.Source);
        }

        Assert.Equal(ValueOf("Emphasis") == "No norm" ? EmphasisMode.NoNorm : null, recipe.Emphasis);
        if (long.TryParse(fields.GetValueOrDefault("Seed"), out long seed) && seed >= 0)
        {
            Assert.Equal(seed, recipe.Seed);
        }

        if (fields.TryGetValue("Size-1", out string? width))
        {
            Assert.Equal((width, fields["Size-2"]), ($"{recipe.Width}", $"{recipe.Height}"));
        }

        if (fields.TryGetValue("Model", out string? model))
        {
            Assert.Equal(model, recipe.Checkpoint);
        }

        if (fields.TryGetValue("Model hash", out string? hash))
        {
            Assert.Contains(read.Models, named => named.Kind == ModelKind.Checkpoint && named.Hash == hash);
        }

        // What the reference would do and this program cannot is told, not passed over.
        string[] told = [.. fields.Keys.Where(key => key.StartsWith("Hires up", StringComparison.Ordinal) || key.StartsWith("ControlNet", StringComparison.Ordinal) || key is "Hypernet" or "ADetailer model" or "First pass size-1")];
        Assert.True(told.Length == 0 || read.LeftOut.Count > 0, $"Nothing is said of {string.Join(", ", told)}.");

        string? ValueOf(string name) => fields.TryGetValue(name, out string? value) ? value : after.TryGetProperty(name, out JsonElement added) && name != "Emphasis" ? added.ToString() : null;
    }

    private static void AssertParameters(string parameters, PictureReading reading)
    {
        var expected = ParametersText.Parse(parameters);
        ReadRecipe read = reading.Recipe!;
        Assert.Equal(parameters, read.Text);
        Assert.Equal("AUTOMATIC1111", read.Program);
        Assert.Equal(CompatibilityProfile.A1111, read.Recipe.Profile);
        Assert.Equal((expected.Prompt, expected.NegativePrompt), (read.Recipe.Prompt, read.Recipe.NegativePrompt));
        Assert.Equal((expected["Seed"], expected["Steps"]), ($"{read.Recipe.Seed}", $"{read.Recipe.Steps}"));
    }

    private static void AssertInvoke(JsonElement golden, ReadRecipe read)
    {
        JsonElement lora = golden.GetProperty("loras")[0];
        Assert.Equal("InvokeAI", read.Program);
        Assert.Equal(
            new ImageRecipe
            {
                Prompt = golden.GetProperty("positive_prompt").GetString()!,
                NegativePrompt = golden.GetProperty("negative_prompt").GetString()!,
                Checkpoint = golden.GetProperty("model").GetProperty("name").GetString()!,
                Width = golden.GetProperty("width").GetInt32(),
                Height = golden.GetProperty("height").GetInt32(),
                Seed = golden.GetProperty("seed").GetInt64(),
                Steps = golden.GetProperty("steps").GetInt32(),
                GuidanceScale = golden.GetProperty("cfg_scale").GetSingle(),
                Sampler = "dpmpp_2m",
                Schedule = "karras",
                Profile = CompatibilityProfile.Diffusers,
                Loras = [new LoraSelection(lora.GetProperty("model").GetProperty("name").GetString()!, lora.GetProperty("weight").GetSingle())],
            },
            read.Recipe);
        Assert.Contains(read.Mapped, mapped => mapped is { Theirs: "dpmpp_2m_k", Ours: "DPM++ 2M, Karras" });
    }

    private static void AssertComfy(JsonElement golden, ReadRecipe read)
    {
        Assert.Equal("ComfyUI", read.Program);
        JsonElement lora = golden.GetProperty("loras")[0];
        Assert.Equal(
            new ImageRecipe
            {
                Prompt = golden.GetProperty("positive").GetString()!,
                NegativePrompt = golden.GetProperty("negative").GetString()!,
                Checkpoint = Path.GetFileNameWithoutExtension(golden.GetProperty("ckpt_name").GetString()!),
                Width = golden.GetProperty("width").GetInt32(),
                Height = golden.GetProperty("height").GetInt32(),
                Seed = golden.GetProperty("seed").GetInt64(),
                Steps = golden.GetProperty("steps").GetInt32(),
                GuidanceScale = golden.GetProperty("cfg").GetSingle(),
                Sampler = golden.GetProperty("sampler_name").GetString()!,
                Schedule = golden.GetProperty("scheduler").GetString()!,
                Profile = CompatibilityProfile.ComfyUi,
                Noise = new NoiseSettings { StepSource = NoiseSource.Nvidia },
                Loras = [new LoraSelection(Path.GetFileNameWithoutExtension(lora[0].GetString()!), lora[1].GetSingle()) { TextEncoderWeight = lora[2].GetSingle() }],
            },
            read.Recipe);
        Assert.Empty(read.LeftOut);
    }

    private static void AssertNovel(JsonElement golden, ReadRecipe read)
    {
        Assert.Equal("NovelAI", read.Program);
        Assert.Equal((golden.GetProperty("prompt").GetString(), golden.GetProperty("uc").GetString()), (read.Recipe.Prompt, read.Recipe.NegativePrompt));
        Assert.Equal((golden.GetProperty("seed").GetInt64(), golden.GetProperty("steps").GetInt32()), (read.Recipe.Seed, read.Recipe.Steps));
        Assert.Equal((golden.GetProperty("width").GetInt32(), golden.GetProperty("height").GetInt32()), (read.Recipe.Width, read.Recipe.Height));
        Assert.Equal((golden.GetProperty("scale").GetSingle(), "euler_a"), (read.Recipe.GuidanceScale, read.Recipe.Sampler));
    }

    private static void AssertJson(JsonElement golden, ReadRecipe read)
    {
        bool isSwarm = golden.TryGetProperty("sui_image_params", out JsonElement swarm);
        JsonElement values = isSwarm ? swarm : golden;
        Assert.Equal(isSwarm ? "SwarmUI" : "Fooocus", read.Program);
        Assert.Equal(values.GetProperty("prompt").GetString(), read.Recipe.Prompt);
        Assert.Equal(values.GetProperty(isSwarm ? "negativeprompt" : "negative_prompt").GetString(), read.Recipe.NegativePrompt);
        Assert.Equal(values.GetProperty("seed").ToString(), $"{read.Recipe.Seed}");
        Assert.Equal(values.GetProperty("steps").GetInt32(), read.Recipe.Steps);
        Assert.Equal(values.GetProperty(isSwarm ? "cfgscale" : "guidance_scale").GetSingle(), read.Recipe.GuidanceScale);
        Assert.Equal(isSwarm ? "sd_xl_base_1.0" : "juggernautXL_v8", read.Recipe.Checkpoint);
        Assert.Equal(isSwarm ? (1024, 1024) : (1152, 896), (read.Recipe.Width, read.Recipe.Height));
        Assert.Equal((isSwarm ? "dpmpp_2m" : "dpmpp_2m_sde", "karras"), (read.Recipe.Sampler, read.Recipe.Schedule));
        Assert.Equal(CompatibilityProfile.ComfyUi, read.Recipe.Profile);
    }

    private static string WithoutLoras(string prompt)
    {
        string text = System.Text.RegularExpressions.Regex.Replace(prompt, "<lora:[^<>]*>", "");
        return text == prompt ? text : text.Trim();
    }
}
