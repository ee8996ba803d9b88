using System.Globalization;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Loras;
using SdStudio.Diffusion.Tensors;
using SdStudio.Storage.Models;

namespace SdStudio.Cli;

/// <summary>What <c>sdstudio inspect</c> prints: plain columns that a person and a script can read.</summary>
internal static class InspectReport
{
    private const int NamesShown = 5;
    private const int LongestText = 300;

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

    /// <param name="roots">Where parts that it lacks may lie.</param>
    /// <exception cref="DiffusionException">It cannot be opened.</exception>
    public static void WriteCheckpoint(string path, IReadOnlyList<string> roots, TextWriter output)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path, parts: new CheckpointParts { ModelRoots = roots });
        if (checkpoint.Onnx.Count > 0)
        {
            Field(output, "Format", "ONNX, run as it is: LoRAs cannot be put into it");
        }

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

        foreach (ComponentSummary component in checkpoint.Components.Where(component => !checkpoint.Onnx.ContainsKey(component.Component)))
        {
            WriteMissing(component, output);
        }
    }

    public static void WriteFormat(string path, TextWriter output) =>
        Field(output, "Format", TensorFile.IsTorch(path) ? "torch, of which tensors are read and nothing is run" : "safetensors");

    public static void WriteLora(LoraSummary lora, SafetensorsHeader header, TextWriter output)
    {
        Field(output, "Kind", lora.Form);
        Field(output, "Made for", lora.MadeFor ?? "nothing tells");
        Field(output, "Names", lora.Naming);
        Field(output, "Changes", $"{lora.UNetLayers} layers of the UNet, {lora.TextLayers} of text encoders");
        if (lora.Ranks.Length > 0)
        {
            Field(output, "Ranks", lora.Ranks.Length <= NamesShown ? string.Join(", ", lora.Ranks) : $"{lora.Ranks[0]} to {lora.Ranks[^1]}");
        }

        foreach ((string key, string label) in new[] { ("ss_output_name", "Name"), ("ss_network_dim", "Rank"), ("ss_network_alpha", "Alpha") })
        {
            if (header.Metadata.TryGetValue(key, out string? value))
            {
                Field(output, label, Words.Printable(value));
            }
        }

        WriteTotal(header, output);
        if (lora.Unread is { } unread)
        {
            output.WriteLine();
            output.WriteLine($"It also holds {unread}, which SdStudio does not read yet, so it cannot be used.");
        }
    }

    public static void WritePart(ModelPart part, SafetensorsHeader header, TextWriter output)
    {
        Field(output, "Kind", part.Label);
        if (part.MadeFor is { } family)
        {
            Field(output, "Made for", family);
        }

        foreach ((string name, string value) in part.Facts)
        {
            Field(output, name, value);
        }

        WriteTotal(header, output);
        output.WriteLine();
        output.WriteLine(UseOf(part.Kind));
    }

    public static void WriteOther(ModelFamily family, SafetensorsHeader header, TextWriter output)
    {
        Field(output, "Family", family.Label);
        WriteTotal(header, output);
        output.WriteLine();
        output.WriteLine(family.Refusal);
    }

    public static void WriteUnknown(SafetensorsHeader header, TextWriter output)
    {
        Field(output, "Family", "unknown");
        WriteTotal(header, output);
        output.WriteLine();
        output.WriteLine("First weights:");
        foreach (string name in header.Tensors.Keys.Order(StringComparer.Ordinal).Take(NamesShown))
        {
            output.WriteLine($"  {Words.Printable(name)}  {header.Tensors[name].Type.SafetensorsName()} {header.Tensors[name].Shape}");
        }
    }

    /// <summary>What its maker and the files beside it say.</summary>
    public static void WriteDetails(ModelFile model, TextWriter output)
    {
        output.WriteLine();
        Field(output, "Size", Words.Size(model.Size));
        foreach ((string label, string? value) in new[]
        {
            ("Precision", model.Precision),
            ("Title", model.Details.Title),
            ("Base model", model.Details.BaseModel),
            ("Trigger words", model.Details.TriggerWords.Length > 0 ? string.Join(", ", model.Details.TriggerWords) : null),
            ("Weight", model.Details.PreferredWeight?.ToString(CultureInfo.InvariantCulture)),
            ("Negative prompt", model.Details.NegativePrompt),
            ("Description", model.Details.Description?.ReplaceLineEndings(" ")),
            ("Picture", model.PreviewPath),
        })
        {
            if (value is not null)
            {
                Field(output, label, Words.Printable(value, LongestText));
            }
        }
    }

    private static string UseOf(ModelPartKind kind) => kind switch
    {
        ModelPartKind.Embedding => "Put it into models/embeddings; in a prompt, its file's name stands for it.",
        ModelPartKind.Vae => "Put it into models/vae: models that bring none find it there, and others can be told to use it.",
        ModelPartKind.TinyDecoder => "Put it into models/vae_approx under the name taesd_decoder or taesdxl_decoder: previews become sharp.",
        ModelPartKind.TinyEncoder => "Previews need the decoder that goes with it.",
        ModelPartKind.TextEncoder => "Put it into models/text_encoders: models that bring none find it there.",
        ModelPartKind.ControlNet => "SdStudio does not run ControlNets yet.",
        ModelPartKind.Upscaler => "SdStudio does not run upscalers yet.",
        _ => "",
    };

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
}
