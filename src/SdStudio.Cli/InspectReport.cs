using System.Globalization;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Loras;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Cli;

/// <summary>What <c>sdstudio inspect</c> prints: plain columns that a person and a script can read.</summary>
internal static class InspectReport
{
    private const int NamesShown = 5;

    /// <summary>Networks of single files of any family, by how the names of their weights begin.</summary>
    private static readonly (string Prefix, string Network)[] s_networks =
    [
        ("model.diffusion_model.", "UNet"),
        ("first_stage_model.", "VAE"),
        ("cond_stage_model.", "text encoder"),
        ("conditioner.embedders.0.", "text encoder 1"),
        ("conditioner.embedders.1.", "text encoder 2"),
        ("control_model.", "ControlNet"),
        ("model_ema.", "EMA copy"),
    ];

    private static readonly NumberFormatInfo s_thousands = new() { NumberGroupSeparator = " ", NumberDecimalDigits = 0 };

    public static int WriteCheckpoint(string path, TextWriter output)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        Field(output, "Family", checkpoint.Family.Label);
        Field(output, "Predicts", checkpoint.Diffusion.Prediction == PredictionType.Velocity ? "velocity" : "noise");
        Field(output, "Native size", $"{checkpoint.NativeSize} x {checkpoint.NativeSize} pixels, in steps of {checkpoint.SizeStep}");
        if (checkpoint.Advice is { } advice)
        {
            Field(output, "Distilled", $"{advice.Kind}: {advice.Steps} steps of {advice.Sampler}, {advice.Schedule}, guidance {advice.GuidanceScale.ToString(CultureInfo.InvariantCulture)}");
        }

        foreach (string companion in checkpoint.Companions)
        {
            Field(output, "Together with", companion);
        }

        Field(output, "Tokenizer", checkpoint.TokenizerFolder is null ? "none of its own" : "its own");
        Field(output, "UNet heads", $"{string.Join(", ", checkpoint.UNetSettings.HeadsPerLevel)} by level, {checkpoint.UNetSettings.NormGroups} normalisation groups");
        Field(output, "VAE scaling", checkpoint.VaeSettings.ScalingFactor.ToString(CultureInfo.InvariantCulture));
        WriteHeading(output);
        foreach (ComponentSummary component in checkpoint.Components)
        {
            Row(output, component.Name, component.TensorCount, component.ParameterCount, component.Types);
        }

        foreach (ComponentSummary component in checkpoint.Components)
        {
            WriteMissing(component, output);
        }

        return ExitCode.Success;
    }

    public static int WriteLora(string path, SafetensorsHeader header, TextWriter output)
    {
        using LoraFile lora = LoraFile.Open(path);
        Field(output, "Kind", "LoRA");
        Field(output, "Made for", lora.MadeFor ?? "nothing tells");
        foreach ((string key, string label) in new[] { ("ss_output_name", "Name"), ("ss_network_dim", "Rank"), ("ss_network_alpha", "Alpha") })
        {
            if (header.Metadata.TryGetValue(key, out string? value))
            {
                Field(output, label, Printable(value));
            }
        }

        WriteTotal(header, output);
        return ExitCode.Success;
    }

    public static int WriteOther(ModelFamily family, SafetensorsHeader header, TextWriter output)
    {
        Field(output, "Family", family.Label);
        WriteTotal(header, output);
        output.WriteLine();
        output.WriteLine(family.Refusal);
        return ExitCode.Success;
    }

    public static int WriteUnknown(SafetensorsHeader header, TextWriter output)
    {
        Field(output, "Family", "unknown");
        WriteTotal(header, output);
        output.WriteLine();
        output.WriteLine("First weights:");
        foreach (string name in header.Tensors.Keys.Order(StringComparer.Ordinal).Take(NamesShown))
        {
            output.WriteLine($"  {Printable(name)}  {header.Tensors[name].Type.SafetensorsName()} {header.Tensors[name].Shape}");
        }

        return ExitCode.Success;
    }

    private static void WriteTotal(SafetensorsHeader header, TextWriter output)
    {
        WriteHeading(output);
        foreach (IGrouping<string, KeyValuePair<string, TensorEntry>> network in header.Tensors.GroupBy(tensor => NetworkOf(tensor.Key)).OrderByDescending(group => group.Count()))
        {
            Row(
                output, network.Key, network.Count(), network.Sum(tensor => tensor.Value.Shape.ElementCount),
                network.GroupBy(tensor => tensor.Value.Type).ToDictionary(group => group.Key, group => group.Count()));
        }
    }

    private static string NetworkOf(string name) =>
        s_networks.FirstOrDefault(row => name.StartsWith(row.Prefix, StringComparison.Ordinal)).Network ?? "other";

    private static void WriteHeading(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"{"Network",-16}{"Tensors",9}{"Parameters",16}  Types");
    }

    private static void WriteMissing(ComponentSummary component, TextWriter output)
    {
        if (component.TensorCount == 0)
        {
            output.WriteLine();
            output.WriteLine($"Missing: the whole {component.Name}.");
        }
        else if (component.MissingWeights.Length > 0)
        {
            output.WriteLine();
            output.WriteLine($"Missing from the {component.Name}: {component.MissingWeights.Length} weights");
            foreach (string name in component.MissingWeights.Take(NamesShown))
            {
                output.WriteLine($"  {name}");
            }

            if (component.MissingWeights.Length > NamesShown)
            {
                output.WriteLine($"  and {component.MissingWeights.Length - NamesShown} more");
            }
        }
    }

    private static void Row(TextWriter output, string name, int tensors, long parameters, IEnumerable<KeyValuePair<ElementType, int>> types)
    {
        string kinds = string.Join(", ", types.OrderByDescending(type => type.Value).Select(type => $"{type.Key.SafetensorsName()} ({type.Value})"));
        output.WriteLine(string.Create(s_thousands, $"{name,-16}{tensors,9}{parameters,16:N0}  {kinds}"));
    }

    private static void Field(TextWriter output, string label, string value) => output.WriteLine($"{label,-16}{value}");

    /// <summary>Text from a file may hold what a terminal would obey.</summary>
    private static string Printable(string text) => string.Concat(text.Take(200).Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
