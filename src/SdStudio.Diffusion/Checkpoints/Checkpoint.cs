using SdStudio.Diffusion.Imaging;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>
/// A model on disk: the weights of its three networks and the settings that shapes do not tell, from a single .safetensors file
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

    public required TextEncoderSettings TextEncoderSettings { get; init; }

    public required VaeSettings VaeSettings { get; init; }

    /// <summary>How the UNet is put together.</summary>
    public UNetLayout UNetLayout { get; }

    /// <summary>How the VAE is put together.</summary>
    public VaeLayout VaeLayout { get; }

    /// <summary>Pixels of the side of the pictures it was trained on.</summary>
    public required int NativeSize { get; init; }

    /// <summary>Pixels; a picture's sides are multiples of this: one latent cell, 8 in every known model.</summary>
    public int SizeStep => VaeLayout.Factor;

    /// <summary>Factors that show a latent without a decoder: the model's own (<c>vae/preview.json</c>), else its family's.</summary>
    public LatentPreview? Preview { get; init; }

    /// <summary>The folder with the model's own <c>vocab.json</c> and <c>merges.txt</c>; a single file has none.</summary>
    public string? TokenizerFolder { get; init; }

    /// <exception cref="CheckpointException">The checkpoint has no UNet.</exception>
    public IWeightSource UNet => Weights(Component.UNet);

    /// <exception cref="CheckpointException">The checkpoint has no text encoder.</exception>
    public IWeightSource TextEncoder => Weights(Component.TextEncoder);

    /// <exception cref="CheckpointException">The checkpoint has no VAE.</exception>
    public IWeightSource Vae => Weights(Component.Vae);

    /// <summary>What is there and what is missing, network by network.</summary>
    public IReadOnlyList<ComponentSummary> Components =>
    [
        _weights[Component.UNet].Summarize(KeyMap.ForUNet(UNetLayout).ExpectedWeights),
        _weights[Component.TextEncoder].Summarize(KeyMap.ForTextEncoder(TextLayers).ExpectedWeights),
        _weights[Component.Vae].Summarize(KeyMap.ForVae(VaeLayout).ExpectedWeights),
    ];

    private int TextLayers => Enumerable.Range(0, 256).TakeWhile(layer => _weights[Component.TextEncoder].Contains($"text_model.encoder.layers.{layer}.layer_norm1.weight")).Count();

    /// <summary>The file that holds the UNet's weights: the file itself, or that in a diffusers folder; null where a folder has none.</summary>
    /// <exception cref="CheckpointException">The folder leads out of itself.</exception>
    public static string? UNetFile(string path) => Directory.Exists(path) ? DiffusersFolder.UNetFile(path) : path;

    /// <param name="path">A .safetensors file, or a folder in the diffusers layout.</param>
    /// <param name="overrides">Settings that replace the family's, for a single file only.</param>
    /// <exception cref="CheckpointException">The files are broken or incomplete.</exception>
    /// <exception cref="UnsupportedModelException">They are sound, but of a kind that is not run.</exception>
    public static Checkpoint Open(string path, CheckpointOverrides? overrides = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Checkpoint checkpoint = Directory.Exists(path) ? DiffusersFolder.Open(path) : SingleFile.Open(path, overrides);
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

    public bool Has(Component component) => _weights[component].Count > 0;

    public void Dispose()
    {
        foreach (ITensorFile file in _files)
        {
            file.Dispose();
        }
    }

    private ComponentWeights Weights(Component component) => Has(component)
        ? _weights[component]
        : throw new CheckpointException(
            Path, CheckpointProblem.MissingComponent, $"This model has no {ComponentSummary.NameOf(component)}. Use a complete checkpoint: UNet, text encoder and VAE together.");
}
