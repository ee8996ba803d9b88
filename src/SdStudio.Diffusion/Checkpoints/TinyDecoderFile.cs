using System.Collections.Immutable;
using System.Globalization;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>
/// A tiny decoder for previews on disk, in the layout of TAESD (github.com/madebyollin/taesd) or that of diffusers' AutoencoderTiny, which counts
/// its layers from 0 instead of 1 because it leaves out the first, without weights.
/// </summary>
public sealed class TinyDecoderFile : IDisposable
{
    /// <summary>As this and other programs call the folders of such files; sought whatever their case.</summary>
    private static readonly ImmutableArray<string> s_folders = ["vae_approx", "VAE-approx", "VAE-taesd", "ApproxVAE", "taesd"];

    private static readonly ImmutableArray<(string Prefix, int First)> s_layouts = [("", 1), ("decoder.", 1), ("taesd_decoder.", 1), ("decoder.layers.", 0)];

    private readonly ITensorFile _file;

    private TinyDecoderFile(ITensorFile file, ComponentWeights weights)
    {
        (_file, Weights) = (file, weights);
    }

    /// <summary>Weights under the names of the original decoder: <c>1.weight</c>, <c>3.conv.0.bias</c>, <c>7.weight</c> …</summary>
    public IWeightSource Weights { get; }

    /// <exception cref="CheckpointException">The file is broken, or holds no such decoder.</exception>
    public static TinyDecoderFile Open(string path)
    {
        ITensorFile file = TensorFile.Open(path);
        try
        {
            foreach ((string prefix, int first) in s_layouts)
            {
                // In the first place with weights stands a convolution, in the second a block; an encoder has them the other way round.
                if (file.Header.Tensors.ContainsKey($"{prefix}{first}.weight") && file.Header.Tensors.ContainsKey($"{prefix}{first + 2}.conv.0.weight"))
                {
                    ComponentWeights weights = new(Component.TinyDecoder, file.Path);
                    weights.AddAll(file, Named(file.Header, prefix, shift: 1 - first));
                    return new TinyDecoderFile(file, weights);
                }
            }

            throw new CheckpointException(path, CheckpointProblem.MissingComponent, $"The file {Wording.Quote(Path.GetFileName(path))} holds no tiny decoder for previews.");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The decoder that a model brings in its own folder, else one for its family's latents from a folder for such files.</summary>
    /// <param name="modelRoots">Searched after the folders next to the model's own.</param>
    /// <returns>Full path; null where there is none.</returns>
    public static string? Find(Checkpoint checkpoint, IReadOnlyList<string> modelRoots)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(modelRoots);
        FamilyDefaults defaults = checkpoint.Family.Defaults!;
        if (Directory.Exists(checkpoint.Path) && FirstIn(Path.Combine(checkpoint.Path, "vae"), LatentSpace.StableDiffusion.TinyDecoder) is { } own)
        {
            return own;
        }

        // A VAE of its own scale has latents of its own.
        return checkpoint.VaeSettings.ScalingFactor == defaults.VaeScalingFactor
            ? PartFolders.Around(checkpoint.Path, s_folders, modelRoots).Select(folder => FirstIn(folder, defaults.Latents.TinyDecoder)).FirstOrDefault(file => file is not null)
            : null;
    }

    public void Dispose() => _file.Dispose();

    private static string? FirstIn(string folder, string name)
    {
        string[] stems = [name + "_decoder", name, Path.Combine(name, "diffusion_pytorch_model"), Path.Combine(name, name + "_decoder")];
        return stems.SelectMany(stem => PartFolders.Extensions.Select(extension => Path.Combine(folder, stem + extension))).FirstOrDefault(File.Exists);
    }

    private static IEnumerable<(string Name, TensorEntry Tensor)> Named(SafetensorsHeader header, string prefix, int shift)
    {
        foreach ((string key, TensorEntry tensor) in header.Tensors)
        {
            int dot = key.StartsWith(prefix, StringComparison.Ordinal) ? key.IndexOf('.', prefix.Length) : -1;
            if (dot > 0 && int.TryParse(key.AsSpan(prefix.Length, dot - prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int layer) && layer < 1000)
            {
                yield return (string.Create(CultureInfo.InvariantCulture, $"{layer + shift}{key.AsSpan(dot)}"), tensor);
            }
        }
    }
}
