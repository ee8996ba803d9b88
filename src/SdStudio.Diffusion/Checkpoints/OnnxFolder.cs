using System.Globalization;
using SdStudio.Diffusion.Checkpoints.Onnx;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>
/// The diffusers layout with networks that were exported to ONNX (by diffusers or Optimum): <c>unet/model.onnx</c>, <c>vae_decoder/model.onnx</c>,
/// <c>text_encoder/model.onnx</c>. Older exports bring no configurations beside them, so shapes come from the graphs first.
/// </summary>
internal static class OnnxFolder
{
    /// <summary>What exporters call inputs and outputs of the UNet.</summary>
    public const string Sample = "sample", Timestep = "timestep", Context = "encoder_hidden_states", PooledText = "text_embeds", Sizes = "time_ids", Prediction = "out_sample";

    /// <summary>Those of the text encoders; one with a projection answers with <see cref="PooledText"/> too.</summary>
    public const string Ids = "input_ids", LastState = "last_hidden_state";

    /// <summary>What the decoder takes; it answers with <see cref="Sample"/>.</summary>
    public const string LatentSample = "latent_sample";

    private const string FileName = "model.onnx", Decoder = "vae_decoder";

    /// <summary>Of the text encoder's tables, whose names every exporter keeps.</summary>
    private static readonly string[] s_tables = ["token_embedding.weight", "position_embedding.weight"];

    private static readonly UNetLayout s_usualUNet = new(LayersPerBlock: 2, [1, 1, 1, 0], MiddleDepth: 1, HasLabelEmbedding: false);

    /// <summary>Whether the UNet is there as ONNX only: weights go before a graph, because LoRAs can be merged into them.</summary>
    /// <exception cref="CheckpointException">The folder leads out of itself.</exception>
    public static bool Is(string folder) => File.Exists(Path.Combine(folder, "unet", FileName)) && DiffusersFolder.WeightFile(folder) is null;

    /// <summary>Full path of the UNet's graph.</summary>
    public static string UNetFile(string folder) => RealPath.Inside(folder, "unet", FileName);

    public static Checkpoint Open(string folder, CheckpointParts parts)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        ModelConfiguration? settings = DiffusersFolder.Configuration(folder, "unet", "config.json");
        OnnxFile unet = Read(folder, "unet", [Sample, Timestep, Context], [PooledText, Sizes], Prediction);
        ModelFamily family = (FamilyDetector.Detect(Traits(unet)) ?? throw DiffusersFolder.Unknown(folder)).ThrowIfUnsupported(folder);
        FamilyDefaults defaults = family.Defaults!;
        ModelConfiguration? vae = DiffusersFolder.Configuration(folder, Decoder, "config.json") ?? DiffusersFolder.Configuration(folder, "vae", "config.json");
        ModelConfiguration? scheduler = DiffusersFolder.Configuration(folder, "scheduler", "scheduler_config.json");
        DiffusionSettings diffusion = FolderSettings.Diffusion(scheduler, defaults);

        Dictionary<Component, OnnxFile> graphs = new() { [Component.UNet] = unet };
        Dictionary<Component, ComponentWeights> weights = Checkpoint.NetworksOf(defaults).ToDictionary(component => component, component => new ComponentWeights(component, folder));
        AddAll(weights[Component.UNet], unet);
        if (Has(folder, Decoder))
        {
            graphs[Component.Vae] = Read(folder, Decoder, [LatentSample], [], Sample);
            AddAll(weights[Component.Vae], graphs[Component.Vae]);
        }

        foreach ((Component component, TextEncoderDefaults encoder) in Checkpoint.TextComponents.Zip(defaults.TextEncoders).Where(row => Has(folder, row.Second.Folder)))
        {
            graphs[component] = ReadTextEncoder(folder, encoder);
            AddAll(weights[component], graphs[component]);
        }

        List<ITensorFile> files = [.. graphs.Values];
        int own = files.Count;
        try
        {
            IReadOnlySet<Component> others = Companions.Add(folder, weights, files, defaults, parts);
            foreach (Component component in others)
            {
                graphs.Remove(component);
            }

            bool hasOtherVae = others.Contains(Component.Vae);
            return new Checkpoint(weights, files, s_usualUNet with { HasLabelEmbedding = unet.Input(PooledText) is not null }, hasOtherVae ? VaeLayout.FromNames(weights[Component.Vae].Contains) : FolderSettings.VaeLayout(vae))
            {
                Path = folder,
                Companions = [.. files.Skip(own).Select(file => file.Path)],
                Onnx = graphs,
                Family = family,
                Diffusion = diffusion,
                UNetSettings = new UNetSettings([.. s_usualUNet.TransformerDepths.Select(_ => 1)], defaults.NormGroups),
                TextEncoderSettings = [.. defaults.TextEncoders.Select((encoder, i) => encoder.Settings with { Heads = others.Contains(Checkpoint.TextComponents[i]) ? TextEncoderNames.HeadsOf(weights[Checkpoint.TextComponents[i]], encoder.HeadWidth) : 1 })],
                VaeSettings = FolderSettings.Vae(hasOtherVae ? null : vae, defaults),
                NativeSize = settings is not null ? FolderSettings.NativeSize(settings, FolderSettings.VaeLayout(vae), defaults)
                    : diffusion.Prediction == PredictionType.Epsilon ? defaults.NoiseNativeSize ?? defaults.NativeSize
                    : defaults.NativeSize,
                Advice = Distillations.InScheduler(scheduler) ?? Distillations.InNames(Path.GetFileName(folder)),
                Preview = defaults.Preview,
                TokenizerFolders = [.. defaults.TextEncoders.Select(encoder => DiffusersFolder.TokenizerFolder(folder, encoder.Tokenizer))],
            };
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>Channels that a UNet takes in.</summary>
    public static long InChannels(OnnxFile unet) => unet.Input(Sample)!.Size(1) ?? ConvolutionOf(unet, "conv_in.weight")?[1] ?? 4;

    /// <summary>Channels of what it predicts.</summary>
    public static long OutChannels(OnnxFile unet) => unet.Output(Prediction)!.Size(1) ?? ConvolutionOf(unet, "conv_out.weight")?[0] ?? 4;

    /// <summary>Width of the vectors that its cross-attention reads; every exporter fixes it.</summary>
    public static long ContextDimension(OnnxFile unet) => unet.Input(Context)!.Size(2) ?? 768;

    /// <summary>Width of the vector for the whole text that a UNet takes or a text encoder gives; null where there is none.</summary>
    public static int? PooledDimension(OnnxFile file) => (file.Input(PooledText) ?? file.Output(PooledText)) is { } slot ? (int)(slot.Size(1) ?? 1280) : null;

    /// <summary>How many numbers about the picture a UNet is told.</summary>
    public static int? SizeNumbers(OnnxFile unet) => unet.Input(Sizes) is { } slot ? (int)(slot.Size(1) ?? 6) : null;

    /// <summary>Channels of the latents that a decoder takes.</summary>
    public static long LatentChannels(OnnxFile decoder) => decoder.Input(LatentSample)!.Size(1) ?? 4;

    /// <summary>Name of the states after a layer; 0 is the words themselves.</summary>
    public static string HiddenState(int layer) => string.Create(CultureInfo.InvariantCulture, $"hidden_states.{layer}");

    private static ModelTraits Traits(OnnxFile unet)
    {
        bool hasLabel = unet.Input(PooledText) is not null;
        return new ModelTraits([], InChannels(unet), ContextDimension(unet), hasLabel || ContextDimension(unet) == 1024, hasLabel);
    }

    private static Shape? ConvolutionOf(OnnxFile file, string name) =>
        file.Header.Tensors.Where(tensor => tensor.Key.EndsWith(name, StringComparison.Ordinal) && tensor.Value.Shape.Rank == 4).Select(tensor => (Shape?)tensor.Value.Shape).FirstOrDefault();

    private static bool Has(string folder, string part) => File.Exists(Path.Combine(folder, part, FileName));

    private static OnnxFile ReadTextEncoder(string folder, TextEncoderDefaults encoder)
    {
        OnnxFile file = Read(folder, encoder.Folder, [Ids], [], encoder.Settings.Pools ? PooledText : LastState);
        if (!encoder.Settings.NormalizesStates && HiddenLayers(file) == 0)
        {
            throw new UnsupportedModelException(
                folder, $"The text encoder in {Wording.Quote(encoder.Folder)} was exported without its hidden states, which this kind of model reads. Export the model again with a newer version of Optimum.");
        }

        return s_tables.All(table => file.Header.Tensors.Keys.Any(name => name.EndsWith(table, StringComparison.Ordinal)))
            ? file
            : throw new UnsupportedModelException(folder, $"The text encoder in {Wording.Quote(encoder.Folder)} keeps its words in a way that SdStudio does not know.");
    }

    /// <summary>Layers whose states a text encoder tells one by one, the first of which is that of the words themselves; 0 where it tells none.</summary>
    public static int HiddenLayers(OnnxFile encoder) => Math.Max(0, Enumerable.Range(0, 256).TakeWhile(layer => encoder.Output(HiddenState(layer)) is not null).Count() - 1);

    private static OnnxFile Read(string folder, string part, string[] inputs, string[] further, string output)
    {
        OnnxFile file = OnnxFile.Open(RealPath.Inside(folder, part, FileName));
        foreach (string name in file.ExternalFiles)
        {
            RequireBeside(folder, part, name, file);
        }

        string? odd = inputs.FirstOrDefault(name => file.Input(name) is null) is { } absent ? $"does not take {Wording.Quote(absent)}"
            : file.Inputs.FirstOrDefault(slot => !inputs.Contains(slot.Name) && !further.Contains(slot.Name)) is { } more ? $"asks for {Wording.Quote(more.Name)}"
            : file.Inputs.FirstOrDefault(slot => slot.Type is null) is { } untyped ? $"takes {Wording.Quote(untyped.Name)} in an unknown type"
            : file.Output(output) is null ? $"does not answer with {Wording.Quote(output)}"
            : null;
        return odd is null
            ? file
            : throw new UnsupportedModelException(folder, $"The ONNX network in {Wording.Quote(part)} is not as diffusers and Optimum export it: it {odd}. Export the model again, or use its safetensors version.");
    }

    /// <summary>The runtime would refuse it too, but in words that no one understands.</summary>
    private static void RequireBeside(string folder, string part, string name, OnnxFile file)
    {
        string beside = Path.GetDirectoryName(file.Path)!;
        if (name.Length == 0 || name is "." or ".." || name.AsSpan().ContainsAny('/', '\\', '\0'))
        {
            throw new CheckpointException(folder, CheckpointProblem.OutsideFolder, $"The ONNX network in {Wording.Quote(part)} wants to read {Wording.Quote(name)}, which is not a file beside it. Download the model again.");
        }

        string path = Path.Combine(beside, name);
        if (!File.Exists(path))
        {
            throw new CheckpointException(folder, CheckpointProblem.NotFound, $"The weights of {Wording.Quote(part)} are in {Wording.Quote(name)}, which is missing beside its model.onnx. Download it into that folder.");
        }

        if (Path.GetDirectoryName(RealPath.Resolve(path)) != beside)
        {
            throw new CheckpointException(folder, CheckpointProblem.OutsideFolder, $"{Wording.Quote(path)} is a link, which the runtime does not follow for ONNX weights. Put the file itself there.");
        }
    }

    private static void AddAll(ComponentWeights weights, OnnxFile file)
    {
        foreach ((string name, TensorEntry tensor) in file.Header.Tensors)
        {
            string? table = Array.Find(s_tables, table => name.EndsWith(table, StringComparison.Ordinal));
            weights.Add(table is null ? name : "text_model.embeddings." + table, file, tensor);
        }
    }
}
