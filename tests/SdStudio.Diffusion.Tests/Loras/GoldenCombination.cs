using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Loras;

/// <summary>LoRAs and their strengths as the golden data writes them, "A@0.6+B-locon@1.0".</summary>
internal static partial class GoldenCombination
{
    private static readonly string[] s_namings = ["kohya", "kohya-diffusers-names", "peft"];

    /// <summary>Theory rows (model, combination, naming), each with all its files there.</summary>
    /// <param name="kind">The combination has some tensor of this kind, such as <c>merged/</c>.</param>
    public static TheoryData<string, string, string> Rows(string kind)
    {
        TheoryData<string, string, string> rows = [];
        if (GoldenFolder.Has("lora/golden.json"))
        {
            foreach (JsonProperty model in GoldenFolder.Json("lora/golden.json").EnumerateObject().Where(model => GoldenFolder.Has(TensorsOf(model.Name))))
            {
                IReadOnlyCollection<string> tensors = GoldenFolder.Tensors(TensorsOf(model.Name)).Names;
                foreach (string combination in model.Value.GetProperty("combinations").EnumerateArray().Select(element => element.GetString()!))
                {
                    foreach (string naming in s_namings)
                    {
                        if (tensors.Any(name => name.StartsWith($"{combination}/{kind}", StringComparison.Ordinal))
                            && Files(model.Name, combination, naming).All(selection => GoldenFolder.Has(selection.File)))
                        {
                            rows.Add(model.Name, combination, naming);
                        }
                    }
                }
            }
        }

        if (rows.Count == 0)
        {
            rows.Add("none", "A@1.0", "kohya");
        }

        return rows;
    }

    public static string TensorsOf(string model) => $"lora/golden-{model}.safetensors";

    public static IEnumerable<(string File, float Weight)> Files(string model, string combination, string naming) =>
        Selection().Matches(combination).Select(match =>
            ($"lora/{model}-{match.Groups[1].Value}.{naming}.safetensors", float.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)));

    [GeneratedRegex(@"([^@+]+)@(-?[0-9.]+)")]
    private static partial Regex Selection();
}
