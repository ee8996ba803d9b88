using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Graphs.Networks;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Sampling;
using SdStudio.Diffusion.Tokens;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>One model ready to run: its file, its tokenizer and its networks, disposed together.</summary>
internal sealed class LoadedModel : IDisposable
{
    private readonly InferenceDevice _device;
    private VaeDecoder? _vaeDecoder;

    private LoadedModel(Checkpoint checkpoint, InferenceDevice device, ClipTokenizer tokenizer, TextEncoder textEncoder, UNet unet)
    {
        (Checkpoint, _device, TextEncoder, UNet) = (checkpoint, device, textEncoder, unet);
        Tokenizer = tokenizer;
        Chunker = new PromptChunker(tokenizer);
        NoiseLevels = NoiseLevelsOf(checkpoint);
    }

    public Checkpoint Checkpoint { get; }

    public ClipTokenizer Tokenizer { get; }

    public PromptChunker Chunker { get; }

    public TextEncoder TextEncoder { get; }

    public UNet UNet { get; }

    public NoiseLevels NoiseLevels { get; }

    /// <summary>Opened when the first picture is decoded: nobody waits for it before the first step.</summary>
    public VaeDecoder VaeDecoder => _vaeDecoder ??= new VaeDecoder(_device, Checkpoint);

    /// <exception cref="DiffusionException">The file is broken, unsupported or incomplete, or the device refused it.</exception>
    public static LoadedModel Load(string path, IReadOnlyList<string> modelRoots, InferenceDevice device)
    {
        Stack<IDisposable> opened = new();
        try
        {
            Checkpoint checkpoint = Checkpoint.Open(path);
            opened.Push(checkpoint);
            RequireDecoder(checkpoint);
            int vocabulary = (int)ClipTextGraph.Vocabulary(new WeightScope(checkpoint.TextEncoder));
            ClipTokenizer tokenizer = TokenizerLocator.Require(Path.GetFileNameWithoutExtension(path), checkpoint.TokenizerFolder, modelRoots, vocabulary);
            TextEncoder textEncoder = new(device, checkpoint);
            opened.Push(textEncoder);
            UNet unet = new(device, checkpoint);
            opened.Push(unet);
            RequireFit(checkpoint, textEncoder, unet);
            return new LoadedModel(checkpoint, device, tokenizer, textEncoder, unet);
        }
        catch
        {
            while (opened.TryPop(out IDisposable? part))
            {
                part.Dispose();
            }

            throw;
        }
    }

    /// <summary>A picture that cannot be decoded is refused before its steps are computed, not after.</summary>
    /// <exception cref="InferenceException">The machine has not got the memory.</exception>
    public void RequireMemoryFor(int width, int height) => RequireMemoryFor(width, height, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <param name="memory">Bytes of the whole machine: what is in use now may be free by then.</param>
    internal void RequireMemoryFor(int width, int height, long memory)
    {
        long needed = VaeDecoder.MemoryFor(Checkpoint.Vae, width, height);
        if (_device.DecodesInMainMemory && needed > memory)
        {
            throw new InferenceException(
                InferenceFailure.OutOfMemory,
                $"Decoding a picture of {width} × {height} takes about {Wording.Size(needed)} of memory, and this machine has {Wording.Size(memory)}. Choose a smaller size.");
        }
    }

    public void Dispose()
    {
        _vaeDecoder?.Dispose();
        UNet.Dispose();
        TextEncoder.Dispose();
        // Last: the networks read the mapped file until they are gone.
        Checkpoint.Dispose();
    }

    /// <summary>The decoder is opened late; that its weights are missing has to be said now.</summary>
    private static void RequireDecoder(Checkpoint checkpoint)
    {
        foreach (string name in KeyMap.ForVae(checkpoint.VaeLayout).ExpectedWeights.Where(name => name.StartsWith("decoder.", StringComparison.Ordinal)))
        {
            _ = checkpoint.Vae.ShapeOf(name);
        }
    }

    /// <summary>Networks of different models in one folder would only fail at the first step.</summary>
    private static void RequireFit(Checkpoint checkpoint, TextEncoder textEncoder, UNet unet)
    {
        long latent = VaeDecoderGraph.LatentChannels(new WeightScope(checkpoint.Vae));
        string? misfit =
            textEncoder.Dimension != unet.ContextDimension ? $"its text encoder gives vectors of {textEncoder.Dimension}, its UNet reads vectors of {unet.ContextDimension}"
            : textEncoder.Tokens != ClipTokenizer.ChunkLength ? $"its text encoder reads {textEncoder.Tokens} tokens instead of {ClipTokenizer.ChunkLength}"
            : unet.InChannels != unet.OutChannels || unet.InChannels != latent ? $"its UNet turns {unet.InChannels} channels into {unet.OutChannels}, its VAE decodes {latent}"
            : null;
        if (misfit is not null)
        {
            throw new CheckpointException(checkpoint.Path, CheckpointProblem.InvalidConfiguration, $"The networks of this model do not fit together: {misfit}. Download it again.");
        }
    }

    private static NoiseLevels NoiseLevelsOf(Checkpoint checkpoint)
    {
        DiffusionSettings process = checkpoint.Diffusion;
        try
        {
            return NoiseLevels.ScaledLinear(process.TrainingTimesteps, process.BetaStart, process.BetaEnd);
        }
        catch (ArgumentException e)
        {
            throw new CheckpointException(
                checkpoint.Path, CheckpointProblem.InvalidConfiguration, "The noise that this model's scheduler configuration describes does not rise step by step. Download the model again.", e);
        }
    }
}
