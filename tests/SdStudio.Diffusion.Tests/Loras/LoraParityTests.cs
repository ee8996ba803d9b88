using System.Text.Json;
using System.Text.RegularExpressions;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Loras;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Loras;

/// <summary>Merged weights against the reference's, for every combination of the plain LoRA files.</summary>
[Trait("Category", "Parity")]
public sealed partial class LoraParityTests
{
    /// <summary>Stated by the golden data's README for merged weights.</summary>
    private const float Tolerance = 1e-5f;

    private const string Model = "sd15-tiny";

    public static TheoryData<string, string> Combinations
    {
        get
        {
            TheoryData<string, string> rows = [];
            if (!GoldenFolder.Has("lora/golden.json"))
            {
                rows.Add("none", "kohya");
                return rows;
            }

            // Some combinations are there for the network's output only.
            IReadOnlyCollection<string> tensors = GoldenFolder.Tensors($"lora/golden-{Model}.safetensors").Names;
            foreach (JsonElement element in GoldenFolder.Json("lora/golden.json").GetProperty(Model).GetProperty("combinations").EnumerateArray())
            {
                string combination = element.GetString()!;
                if (!tensors.Any(name => name.StartsWith($"{combination}/merged/", StringComparison.Ordinal)))
                {
                    continue;
                }

                foreach (string naming in new[] { "kohya", "peft" })
                {
                    if (Selections(combination).All(selection => GoldenFolder.Has(FileOf(selection.Name, naming)) && IsPlain(selection.Name)))
                    {
                        rows.Add(combination, naming);
                    }
                }
            }

            return rows;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Combinations))]
    public void Merge_GoldenCombination_GivesTheReferencesWeights(string combination, string naming)
    {
        GoldenTensors golden = GoldenFolder.Tensors($"lora/golden-{Model}.safetensors");
        using Checkpoint checkpoint = Checkpoint.Open(GoldenFolder.Require($"models/{Model}"));
        List<(LoraFile File, float Weight)> loras =
            [.. Selections(combination).Select(selection => (LoraFile.Open(GoldenFolder.Require(FileOf(selection.Name, naming))), selection.Weight))];
        List<(MatchedLora Lora, float Weight)> matched = [.. loras.Select(lora => (lora.File.Match(checkpoint.UNet, checkpoint.TextEncoder), lora.Weight))];
        var unet = LoraMerge.Changes(matched.Select(lora => (lora.Lora.UNet, lora.Weight)));
        var text = LoraMerge.Changes(matched.Select(lora => (lora.Lora.TextEncoder, lora.Weight)));
        KeyMap map = KeyMap.ForUNet(checkpoint.UNetLayout);

        string prefix = $"{combination}/merged/";
        string[] names = [.. golden.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))];
        Assert.NotEmpty(names);
        foreach (string name in names)
        {
            string weight = name[prefix.Length..];
            bool isUNet = weight.StartsWith("unet.", StringComparison.Ordinal);
            string original = isUNet ? map.ToOriginal(weight["unet.".Length..])! : weight["text_encoder.".Length..];
            float[] values = (isUNet ? checkpoint.UNet : checkpoint.TextEncoder).Read(original);

            (isUNet ? unet : text)[original](values);

            Close.Within(golden.Floats(name), values, Tolerance, name);
        }

        loras.ForEach(lora => lora.File.Dispose());
    }

    private static IEnumerable<(string Name, float Weight)> Selections(string combination) =>
        SelectionPattern().Matches(combination).Select(match =>
            (match.Groups[1].Value, float.Parse(match.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture)));

    private static string FileOf(string name, string naming) => $"lora/{Model}-{name}.{naming}.safetensors";

    private static bool IsPlain(string name) => !name.EndsWith("loha", StringComparison.Ordinal) && !name.EndsWith("lokr", StringComparison.Ordinal);

    [GeneratedRegex(@"([^@+]+)@(-?[0-9.]+)")]
    private static partial Regex SelectionPattern();
}
