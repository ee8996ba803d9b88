using System.Collections.Immutable;
using SdStudio.Diffusion.Checkpoints.Onnx;
using SdStudio.Diffusion.Imaging;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>
/// A model on disk: the weights of its networks and the settings that shapes do not tell, from a single .safetensors file
/// or a folder in the diffusers layout. Nothing is read but headers until a weight is asked for.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    private readonly Dictionary<Component, ComponentWeights> _weights;
    private readonly List<ITensorFile> _files;

    internal Checkpoint(Dictionary<Component, ComponentWeights> weights, List<ITensorFile> files, UNetLayout unet, VaeLayout vae)
    {
        _weights = weights;
        _files = files;
        UNetLayout = unet;
        VaeLayout = vae;
    }

    /// <summary>Full path of the file or folder.</summary>
    public required string Path { get; init; }

    public required ModelFamily Family { get; init; }

    public required DiffusionSettings Diffusion { get; init; }

    public required UNetSettings UNetSettings { get; init; }

    /// <summary>One for each text encoder of the family; the order is that in which the UNet reads their vectors.</summary>
    public required ImmutableArray<TextEncoderSettings> TextEncoderSettings { get; init; }

    public required VaeSettings VaeSettings { get; init; }

    /// <summary>Full paths of the files from elsewhere that give it what it lacks, or that were chosen.</summary>
    public IReadOnlyList<string> Companions { get; internal init; } = [];

    /// <summary>Networks that are ONNX graphs, run as they are; none in most models. Into these no LoRA is merged.</summary>
    public IReadOnlyDictionary<Component, OnnxFile> Onnx { get; internal init; } = new Dictionary<Component, OnnxFile>();

    /// <summary>How the UNet is put together.</summary>
    public UNetLayout UNetLayout { get; }

    /// <summary>How the VAE is put together.</summary>
    public VaeLayout VaeLayout { get; }

    /// <summary>Pixels of the side of the pictures it was trained on.</summary>
    public required int NativeSize { get; init; }

    /// <summary>How to sample a model that was distilled to need few steps; null for an ordinary one.</summary>
    public SamplingAdvice? Advice { get; init; }

    /// <summary>Pixels; a picture's sides are multiples of this: one latent cell, 8 in every known model.</summary>
    public int SizeStep => VaeLayout.Factor;

    /// <summary>Factors that show a latent without a decoder: the model's own (<c>vae/preview.json</c>), else its family's.</summary>
    public LatentPreview? Preview { get; init; }

    /// <summary>For each text encoder the folder with the model's own <c>vocab.json</c> and <c>merges.txt</c>; a single file has none.</summary>
    public required ImmutableArray<string?> TokenizerFolders { get; init; }

    /// <summary>The folder of the first text encoder's tokenizer.</summary>
    public string? TokenizerFolder => TokenizerFolders[0];

    /// <exception cref="CheckpointException">The checkpoint has no UNet.</exception>
    public IWeightSource UNet => Weights(Component.UNet);

    /// <summary>The first text encoder, in most families the only one.</summary>
    /// <exception cref="CheckpointException">The checkpoint has no text encoder.</exception>
    public IWeightSource TextEncoder => Weights(Component.TextEncoder);

    /// <summary>Every text encoder, in the order of <see cref="TextEncoderSettings"/>.</summary>
    /// <exception cref="CheckpointException">The checkpoint lacks one.</exception>
    public IReadOnlyList<IWeightSource> TextEncoders => [.. TextEncoderSettings.Select((_, i) => Weights(TextComponents[i]))];

    /// <summary>Width of the vectors that each text encoder gives, or would usually give where it is missing.</summary>
    public IReadOnlyList<long> TextWidths =>
        [.. Family.Defaults!.TextEncoders.Select((encoder, i) => (Has(TextComponents[i]) ? TextEncoderNames.WidthOf(_weights[TextComponents[i]]) : null) ?? encoder.Width)];

    /// <exception cref="CheckpointException">The checkpoint has no VAE.</exception>
    public IWeightSource Vae => Weights(Component.Vae);

    /// <summary>What is there and what is missing, network by network.</summary>
    public IReadOnlyList<ComponentSummary> Components => [.. NetworksOf(Family.Defaults!).Select(component => _weights[component].Summarize(ExpectedWeights(component)))];

    /// <summary>What the first, the second … text encoder of a family is called.</summary>
    internal static ImmutableArray<Component> TextComponents { get; } = [Component.TextEncoder, Component.SecondTextEncoder];

    /// <summary>The file that holds the UNet's weights: the file itself, or that in a diffusers folder; null where a folder has none.</summary>
    /// <exception cref="CheckpointException">The folder leads out of itself.</exception>
    public static string? UNetFile(string path) => !Directory.Exists(path) ? path : OnnxFolder.Is(path) ? OnnxFolder.UNetFile(path) : DiffusersFolder.WeightFile(path);

    /// <param name="path">A .safetensors file, or a folder in the diffusers layout, of weights or of ONNX graphs.</param>
    /// <param name="overrides">Settings that replace the family's, for a single file only.</param>
    /// <param name="parts">Further files to use or to look for.</param>
    /// <exception cref="CheckpointException">The files are broken or incomplete.</exception>
    /// <exception cref="UnsupportedModelException">They are sound, but of a kind that is not run.</exception>
    public static Checkpoint Open(string path, CheckpointOverrides? overrides = null, CheckpointParts? parts = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        parts ??= new CheckpointParts();
        Checkpoint checkpoint = !Directory.Exists(path) ? SingleFile.Open(path, overrides, parts) : OnnxFolder.Is(path) ? OnnxFolder.Open(path, parts) : DiffusersFolder.Open(path, parts);
        try
        {
            SettingsCheck.ThrowIfImpossible(checkpoint);
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    public bool Has(Component component) => _weights.TryGetValue(component, out ComponentWeights? weights) && weights.Count > 0;

    public void Dispose()
    {
        foreach (ITensorFile file in _files)
        {
            file.Dispose();
        }
    }

    /// <summary>The networks that a model of a family consists of.</summary>
    internal static IEnumerable<Component> NetworksOf(FamilyDefaults defaults) => [Component.UNet, .. TextComponents.Take(defaults.TextEncoders.Length), Component.Vae];

    /// <summary>Every weight that a network needs; none where it runs as it is.</summary>
    internal IEnumerable<string> ExpectedWeights(Component component) => Onnx.ContainsKey(component) ? [] : MapOf(component).ExpectedWeights;

    private KeyMap MapOf(Component component) => component switch
    {
        Component.UNet => KeyMap.ForUNet(UNetLayout),
        Component.Vae => KeyMap.ForVae(VaeLayout),
        _ => KeyMap.ForTextEncoder(TextLayers(component), TextEncoderSettings[TextComponents.IndexOf(component)].Pools),
    };

    private int TextLayers(Component encoder) => Enumerable.Range(0, 256).TakeWhile(layer => _weights[encoder].Contains($"text_model.encoder.layers.{layer}.layer_norm1.weight")).Count();

    internal ComponentWeights Weights(Component component) => Has(component)
        ? _weights[component]
        : throw new CheckpointException(
            Path, CheckpointProblem.MissingComponent, ComponentSummary.Absent([component]));
}
