using System.Globalization;
using System.Text.Json;
using SdStudio.Diffusion.Prompts;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity.Prompts;

/// <summary>Prompts that change with the step, prompts joined by AND, ComfyUI's weights, LoRAs in prompts; exact but for weights, whose tolerance is 1e-12.</summary>
[Trait("Category", "Parity")]
public sealed class PromptLanguageParityTests
{
    public static TheoryData<string, string> Schedules => GoldenFolder.Cases("prompt/schedules_a1111.json", array: null);

    public static TheoryData<string, string> Joined => GoldenFolder.Cases("prompt/and_composable_a1111.json", array: null);

    public static TheoryData<string, string> ComfyUi => GoldenFolder.Cases("prompt/attention_comfyui.json", array: null);

    public static TheoryData<string, string> Networks => GoldenFolder.Cases("prompt/extra_networks_a1111.json", array: null);

    /// <summary>Left out: "hires_steps", since there is no second pass, and "old_scheduling", the habit of A1111 before 1.6.</summary>
    [SkippableTheory]
    [MemberData(nameof(Schedules))]
    public void Schedule_GoldenText_EqualsA1111(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, array: null);
        string text = golden.GetProperty("text").GetString()!;
        JsonProperty[] plain = [.. golden.GetProperty("schedules").EnumerateObject().Where(schedule => !schedule.Name.Contains(',', StringComparison.Ordinal))];

        Assert.NotEmpty(plain);
        foreach (JsonProperty schedule in plain)
        {
            int steps = int.Parse(schedule.Name["steps=".Length..], CultureInfo.InvariantCulture);
            Assert.Equal(
                schedule.Value.EnumerateArray().Select(entry => new ScheduledText(entry[0].GetInt32(), entry[1].GetString()!)),
                PromptSchedule.Parse(text, steps).Texts);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Joined))]
    public void Split_GoldenText_EqualsA1111(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, array: null);

        IReadOnlyList<PromptBranch> branches = PromptBranches.Split(golden.GetProperty("text").GetString()!);

        Assert.Equal(
            golden.GetProperty("parts").EnumerateArray().Select(part => new PromptBranch(part.GetProperty("text").GetString()!, part.GetProperty("weight").GetDouble())),
            branches);
    }

    [SkippableTheory]
    [MemberData(nameof(ComfyUi))]
    public void Parse_GoldenText_EqualsComfyUi(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, array: null);

        IEnumerable<PromptPiece> pieces = ComfyUiAttention.Parse(golden.GetProperty("text").GetString()!).Where(piece => piece.Text.Length > 0);

        JsonElement[] expected = [.. golden.GetProperty("result").EnumerateArray().Where(piece => piece[0].GetString()!.Length > 0)];
        Assert.Equal(expected.Select(piece => piece[0].GetString()), pieces.Select(piece => piece.Text));
        Assert.All(expected.Zip(pieces), pair => Assert.Equal(pair.First[1].GetDouble(), pair.Second.Weight, 1e-12 * Math.Max(1, Math.Abs(pair.Second.Weight))));
    }

    [SkippableTheory]
    [MemberData(nameof(Networks))]
    public void Take_GoldenText_NamesTheSameLoras(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, array: null);
        string text = golden.GetProperty("text").GetString()!;
        JsonElement networks = golden.GetProperty("networks");
        JsonElement[] named = [.. networks.EnumerateObject().Where(kind => kind.Name is "lora" or "lyco").SelectMany(kind => kind.Value.EnumerateArray())];
        Skip.If(networks.EnumerateObject().Any(kind => kind.Name is not ("lora" or "lyco")), "Other kinds of networks than LoRAs are unknown here, and what is unknown is text.");
        Skip.If(named.Any(lora => !lora.TryGetProperty("lora", out JsonElement read) || read.GetProperty("dyn_dim").ValueKind != JsonValueKind.Null), "A rank that is cut off (\"dyn\") is not had here, so the tag is text.");
        Skip.If(named.Any(lora => lora.GetProperty("lora").GetProperty("name").GetString() is ""), "A LoRA without a name is text here.");

        (string rest, var loras) = PromptLoras.Take(text);

        Assert.Equal(golden.GetProperty("prompt").GetString(), rest);
        // Of a LoRA that is named twice the last counts.
        var expected = named.Select(lora => lora.GetProperty("lora"))
            .Select(lora => (Name: lora.GetProperty("name").GetString()!, Text: lora.GetProperty("te_multiplier").GetSingle(), UNet: lora.GetProperty("unet_multiplier").GetSingle()))
            .GroupBy(lora => lora.Name).Select(same => same.Last());
        Assert.Equal(expected, loras.Select(lora => (lora.Name, lora.TextEncoderWeight ?? lora.Weight, lora.Weight)));
    }

    [SkippableFact]
    public void Emphasis_WithoutNorm_EqualsA1111()
    {
        GoldenTensors golden = GoldenFolder.Tensors("prompt/emphasis.safetensors");
        Close.WithinRelative(golden.Floats("no_norm"), Weighted(golden, EmphasisMode.NoNorm), 2e-5);
        Assert.Equal(golden.Floats("z"), Weighted(golden, EmphasisMode.Ignore));
    }

    [SkippableFact]
    public void Emphasis_AwayFromNothing_EqualsComfyUi()
    {
        GoldenTensors golden = GoldenFolder.Tensors("prompt/emphasis_comfyui.safetensors");
        Close.WithinRelative(golden.Floats("result"), Weighted(golden, EmphasisMode.ComfyUi, golden.Floats("z_empty")), 2e-5);
    }

    /// <summary>The rows of the golden batch, one chunk each.</summary>
    private static float[] Weighted(GoldenTensors golden, EmphasisMode mode, float[]? empty = null)
    {
        const int Tokens = 77;
        float[] values = golden.Floats("z"), weights = golden.Floats("multipliers");
        int size = values.Length / (weights.Length / Tokens);
        Emphasis.Row[] rows = [.. values.Chunk(size).Zip(weights.Chunk(Tokens), (row, weight) => new Emphasis.Row(row, weight))];
        Emphasis.Apply(rows, mode, () => empty ?? throw new InvalidOperationException("Nobody asks for it."));
        return [.. rows.SelectMany(row => row.Values)];
    }
}
