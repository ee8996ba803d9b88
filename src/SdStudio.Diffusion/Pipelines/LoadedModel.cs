using SdStudio.Diffusion.Checkpoints;
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
        DiffusionSettings process = checkpoint.Diffusion;
        NoiseLevels = NoiseLevels.ScaledLinear(process.TrainingTimesteps, process.BetaStart, process.BetaEnd);
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
            // The decoder is opened late; that its weights are missing has to be said now.
            _ = checkpoint.Vae;
            int vocabulary = (int)checkpoint.TextEncoder.ShapeOf("text_model.embeddings.token_embedding.weight")[0];
            ClipTokenizer tokenizer = TokenizerLocator.Require(Path.GetFileNameWithoutExtension(path), checkpoint.TokenizerFolder, modelRoots, vocabulary);
            TextEncoder textEncoder = new(device, checkpoint);
            opened.Push(textEncoder);
            UNet unet = new(device, checkpoint);
            opened.Push(unet);
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

    public void Dispose()
    {
        _vaeDecoder?.Dispose();
        UNet.Dispose();
        TextEncoder.Dispose();
        // Last: the networks read the mapped file until they are gone.
        Checkpoint.Dispose();
    }
}
