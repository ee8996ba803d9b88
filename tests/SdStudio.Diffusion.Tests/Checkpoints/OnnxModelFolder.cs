using System.Runtime.InteropServices;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Graphs.Blocks;
using SdStudio.Diffusion.Graphs.Networks;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Tests.Checkpoints;

/// <summary>
/// A model of weights written once more as diffusers and Optimum export it to ONNX: the same networks, with the weights inside the graphs and the
/// inputs under the exporters' names and in their types.
/// </summary>
internal static class OnnxModelFolder
{
    /// <param name="model">A folder of weights.</param>
    /// <param name="isHalf">Whether the UNet takes prompt and timestep in half precision, instead of single and whole numbers.</param>
    /// <param name="withSettings">Whether configurations lie beside the graphs, as newer exporters leave them.</param>
    public static void Write(string model, string target, bool isHalf = false, bool withSettings = true)
    {
        using Checkpoint checkpoint = Checkpoint.Open(model);
        File.WriteAllText(At(target, "model_index.json"), "{\"_class_name\":\"OnnxStableDiffusionPipeline\"}");
        foreach (string file in (string[])["tokenizer/vocab.json", "tokenizer/merges.txt", "tokenizer/special_tokens_map.json", "tokenizer_2/vocab.json", "tokenizer_2/merges.txt", "tokenizer_2/special_tokens_map.json", "scheduler/scheduler_config.json"])
        {
            Copy(model, file, target, file);
        }

        if (withSettings)
        {
            Copy(model, "unet/config.json", target, "unet/config.json");
            Copy(model, "vae/config.json", target, "vae_decoder/config.json");
        }

        File.WriteAllBytes(At(target, "unet/model.onnx"), UNet(checkpoint, isHalf).ToBytes());
        File.WriteAllBytes(At(target, "vae_decoder/model.onnx"), Decoder(checkpoint).ToBytes());
        for (int i = 0; i < checkpoint.TextEncoderSettings.Length; i++)
        {
            File.WriteAllBytes(At(target, i == 0 ? "text_encoder/model.onnx" : "text_encoder_2/model.onnx"), Text(checkpoint, i).ToBytes());
        }
    }

    /// <summary>Full path, in a folder that is there.</summary>
    public static string At(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    public static OnnxGraph UNet(Checkpoint checkpoint, bool isHalf)
    {
        OnnxGraph graph = WithWeights(checkpoint.UNet, g => UNetGraph.Build(g, checkpoint.UNetSettings));
        TakeAs(graph, UNetGraph.Timestep, "steps#", isHalf ? ElementType.Float16 : ElementType.Int64);
        TakeAs(graph, UNetGraph.Context, "encoder_hidden_states", isHalf ? ElementType.Float16 : ElementType.Float32);
        if (UNetGraph.LabelWidth(new WeightScope(checkpoint.UNet)) is { } width)
        {
            TakeTextAndSizes(graph, checkpoint, (int)width);
        }

        AnswerAs(graph, UNetGraph.Result, "out_sample");
        return graph;
    }

    private static OnnxGraph Decoder(Checkpoint checkpoint)
    {
        OnnxGraph graph = WithWeights(checkpoint.Vae, g => VaeDecoderGraph.Build(g, checkpoint.VaeSettings));
        TakeAs(graph, VaeDecoderGraph.Latent, "latent_sample", ElementType.Float32);
        AnswerAs(graph, VaeDecoderGraph.Image, "sample");
        return graph;
    }

    private static OnnxGraph Text(Checkpoint checkpoint, int index)
    {
        IWeightSource weights = checkpoint.TextEncoders[index];
        TextEncoderSettings settings = checkpoint.TextEncoderSettings[index];
        WeightScope scope = new(weights);
        int layers = ClipTextGraph.Layers(scope);
        OnnxGraph graph = WithWeights(weights, g => ClipTextGraph.Build(g, settings, settings.NormalizesStates ? layers : layers - 1));

        // Exporters know nothing of words that are given as vectors.
        graph.Inputs.RemoveAll(port => port.Name is ClipTextGraph.Kept or ClipTextGraph.Vectors or ClipTextGraph.End);
        Constant(graph, ClipTextGraph.Kept, [1], 1, 1, 1);
        Constant(graph, ClipTextGraph.Vectors, [0], 1, 1, 1);
        if (settings.Pools)
        {
            graph.Nodes.Insert(0, new OnnxNode("end", "ArgMax", "", ["input_ids"], [ClipTextGraph.End], [("axis", 1L), ("keepdims", 1L)]));
            AnswerAs(graph, ClipTextGraph.Pooled, "text_embeds");
        }

        TakeAs(graph, ClipTextGraph.Ids, "input_ids", ElementType.Int64);
        if (settings.NormalizesStates)
        {
            AnswerAs(graph, ClipTextGraph.Result, "last_hidden_state");
            return graph;
        }

        // Of the layers only the last but one is ever asked for; the others are there to be counted.
        foreach (int layer in Enumerable.Range(0, layers + 1))
        {
            graph.Nodes.Add(new OnnxNode($"layer{layer}", "Identity", "", [ClipTextGraph.Result], [$"hidden_states.{layer}"], []));
            graph.Outputs.Add(new OnnxPort($"hidden_states.{layer}", ElementType.Float32, ["batch", "77", scope.SizeOf("text_model.embeddings.token_embedding.weight", 1).ToString(System.Globalization.CultureInfo.InvariantCulture)]));
        }

        AnswerAs(graph, ClipTextGraph.Result, "last_hidden_state");
        return graph;
    }

    private static OnnxGraph WithWeights(IWeightSource source, Action<GraphBuilder> build)
    {
        GraphBuilder builder = new(source, _ => new WeightForm(WeightRoute.Input, ElementType.Float32), Providers.Cpu.Operators(ElementType.Float32, AttentionForm.Fused));
        build(builder);
        OnnxGraph graph = builder.Graph;
        foreach (OnnxPort weight in graph.WeightInputs)
        {
            graph.Initializers.Add(new OnnxTensor(weight.Name, ElementType.Float32, source.ShapeOf(weight.Name), MemoryMarshal.AsBytes(source.Read(weight.Name).AsSpan()).ToArray()));
        }

        graph.WeightInputs.Clear();
        return graph;
    }

    private static void TakeAs(OnnxGraph graph, string name, string exported, ElementType type)
    {
        int place = graph.Inputs.FindIndex(port => port.Name == name);
        OnnxPort port = graph.Inputs[place];

        // The exporters' name of the timestep is our own too, so what is inside gets another.
        (string outside, string inside) = exported == "steps#" ? (name, exported) : (exported, name);
        if (outside == name)
        {
            for (int i = 0; i < graph.Nodes.Count; i++)
            {
                OnnxNode node = graph.Nodes[i];
                graph.Nodes[i] = node with { Inputs = [.. node.Inputs.Select(input => input == name ? inside : input)] };
            }
        }

        graph.Inputs[place] = port with { Name = outside, Type = type };
        graph.Nodes.Insert(0, new OnnxNode($"take {outside}", "Cast", "", [outside], [inside], [("to", port.Type == ElementType.Int64 ? 7L : 1L)]));
    }

    private static void AnswerAs(OnnxGraph graph, string name, string exported)
    {
        int place = graph.Outputs.FindIndex(port => port.Name == name);
        graph.Outputs[place] = graph.Outputs[place] with { Name = exported };
        graph.Nodes.Add(new OnnxNode($"answer {exported}", "Identity", "", [name], [exported], []));
    }

    /// <summary>The exporters' graph makes the sinusoids of the numbers itself.</summary>
    private static void TakeTextAndSizes(OnnxGraph graph, Checkpoint checkpoint, int width)
    {
        const int Numbers = 6;
        int pooled = (int)new WeightScope(checkpoint.TextEncoders[^1]).SizeOf("text_projection.weight", 0);
        float[] frequencies = TimestepEmbedding.Frequencies((width - pooled) / Numbers / 2);
        graph.Inputs.RemoveAll(port => port.Name == UNetGraph.Label);
        graph.Inputs.Add(new OnnxPort("text_embeds", ElementType.Float32, ["batch", $"{pooled}"]));
        graph.Inputs.Add(new OnnxPort("time_ids", ElementType.Float32, ["batch", $"{Numbers}"]));
        Constant(graph, "frequencies", frequencies, frequencies.Length);
        graph.Initializers.Add(new OnnxTensor("last axis", ElementType.Int64, new Shape(1), BitConverter.GetBytes(-1L)));
        graph.Initializers.Add(new OnnxTensor("flat", ElementType.Int64, new Shape(2), [.. BitConverter.GetBytes(0L), .. BitConverter.GetBytes(-1L)]));
        graph.Nodes.InsertRange(0,
        [
            new OnnxNode("column", "Unsqueeze", "", ["time_ids", "last axis"], ["numbers"], []),
            new OnnxNode("angle", "Mul", "", ["numbers", "frequencies"], ["angles"], []),
            new OnnxNode("cos", "Cos", "", ["angles"], ["cosines"], []),
            new OnnxNode("sin", "Sin", "", ["angles"], ["sines"], []),
            new OnnxNode("both", "Concat", "", ["cosines", "sines"], ["sinusoids"], [("axis", 2L)]),
            new OnnxNode("row", "Reshape", "", ["sinusoids", "flat"], ["sizes"], []),
            new OnnxNode("label", "Concat", "", ["text_embeds", "sizes"], [UNetGraph.Label], [("axis", 1L)]),
        ]);
    }

    private static void Constant(OnnxGraph graph, string name, float[] values, params long[] shape) =>
        graph.Initializers.Add(new OnnxTensor(name, ElementType.Float32, new Shape(shape), MemoryMarshal.AsBytes(values.AsSpan()).ToArray()));

    private static void Copy(string model, string file, string target, string to)
    {
        if (File.Exists(Path.Combine(model, file)))
        {
            File.Copy(Path.Combine(model, file), At(target, to));
        }
    }
}
