using System.Collections.Immutable;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Checkpoints.Onnx;
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
    private Checkpoint _textOrigin;
    private CheckpointParts _parts;
    private VaeDecoder? _vaeDecoder;

    private LoadedModel(Checkpoint checkpoint, CheckpointParts parts, InferenceDevice device, ClipTokenizer tokenizer, ImmutableArray<PromptReader> readers, UNet unet)
    {
        (Checkpoint, VaeOrigin, _textOrigin, _parts, _device) = (checkpoint, checkpoint, checkpoint, parts, device);
        (Tokenizer, Readers, UNet) = (tokenizer, readers, unet);
        NoiseLevels = NoiseLevelsOf(checkpoint);
    }

    public Checkpoint Checkpoint { get; }

    /// <summary>The same model as it was opened with the VAE in use, which a recipe may have chosen later.</summary>
    public Checkpoint VaeOrigin { get; private set; }

    public ClipTokenizer Tokenizer { get; }

    /// <summary>One for each text encoder, in the order in which the UNet reads their vectors.</summary>
    public ImmutableArray<PromptReader> Readers { get; private set; }

    /// <summary>The first text encoder, in most families the only one.</summary>
    public TextEncoder TextEncoder => Readers[0].Encoder;

    /// <summary>Every text encoder.</summary>
    public IReadOnlyList<TextEncoder> TextEncoders => [.. Readers.Select(reader => reader.Encoder)];

    public UNet UNet { get; }

    public NoiseLevels NoiseLevels { get; }

    /// <summary>Opened when the first picture is decoded: nobody waits for it before the first step.</summary>
    public VaeDecoder VaeDecoder => _vaeDecoder ??= new VaeDecoder(_device, VaeOrigin);

    /// <summary>Opened for the moment in which it is needed. The caller disposes it.</summary>
    /// <exception cref="DiffusionException">The VAE has no encoder, or the device refused it.</exception>
    public VaeEncoder OpenVaeEncoder() => new(_device, VaeOrigin);

    /// <param name="parts">What is chosen beside the file, and the folders of models.</param>
    /// <param name="isSecond">Whether it only finishes what another model begins and decodes.</param>
    /// <exception cref="DiffusionException">The file is broken, unsupported or incomplete, or the device refused it.</exception>
    public static LoadedModel Load(string path, CheckpointParts parts, InferenceDevice device, bool isSecond = false, IProgress<double>? loaded = null) =>
        Load(Checkpoint.Open(path, parts: parts), parts, device, isSecond, loaded);

    /// <summary>Whether it can be loaded, as far as headers and tokenizers tell.</summary>
    /// <exception cref="DiffusionException">It cannot.</exception>
    public static void Prove(string path, CheckpointParts parts)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path, parts: parts);
        RequirePictures(checkpoint);
        RequireVae(checkpoint);
        foreach (ComponentSummary component in checkpoint.Components)
        {
            if (component.MissingWeights.Length > 0)
            {
                _ = checkpoint.Weights(component.Component).ShapeOf(component.MissingWeights[0]);
            }
        }

        _ = TokenizerOf(checkpoint, parts.ModelRoots);
    }

    /// <param name="checkpoint">Belongs to the model from here on, also when it cannot be loaded.</param>
    /// <param name="parts">Those that it was opened with.</param>
    /// <param name="loaded">Told how far it is, 0 to 1, on any thread.</param>
    /// <exception cref="DiffusionException">As above.</exception>
    public static LoadedModel Load(Checkpoint checkpoint, CheckpointParts parts, InferenceDevice device, bool isSecond = false, IProgress<double>? loaded = null)
    {
        Stack<IDisposable> opened = new([checkpoint]);
        try
        {
            if (!isSecond)
            {
                RequirePictures(checkpoint);
                RequireVae(checkpoint);
            }

            ClipTokenizer tokenizer = TokenizerOf(checkpoint, parts.ModelRoots);
            using LoadProgress progress = new([.. checkpoint.TextEncoders, checkpoint.UNet], loaded);
            ImmutableArray<PromptReader> readers = OpenReaders(checkpoint, tokenizer, device, progress.Finish);
            foreach (PromptReader reader in readers)
            {
                opened.Push(reader.Encoder);
            }

            UNet unet = new(device, checkpoint);
            opened.Push(unet);
            progress.Finish(checkpoint.UNet);
            LoadedModel model = new(checkpoint, parts, device, tokenizer, readers, unet);
            RequireFit(checkpoint, tokenizer, model.Readers, unet, isSecond);
            return model;
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

    /// <summary>Takes up the VAE and the text encoders that a recipe chooses; what stays the same stays loaded, the UNet always. A refusal leaves all as it was.</summary>
    /// <returns>Whether the text encoders are others now.</returns>
    /// <exception cref="DiffusionException">A file is broken or of another kind, does not fit this model, or the device refused it.</exception>
    public bool Use(CheckpointParts parts)
    {
        bool isNewVae = parts.Vae != _parts.Vae, readsAnew = !parts.TextEncoders.SequenceEqual(_parts.TextEncoders);
        if (!isNewVae && !readsAnew)
        {
            return false;
        }

        Checkpoint chosen = Checkpoint.Open(Checkpoint.Path, parts: parts);
        ImmutableArray<PromptReader> readers = Readers;
        try
        {
            RequireVae(chosen);
            readers = readsAnew ? OpenReaders(chosen, Tokenizer, _device) : Readers;
            RequireFit(chosen, Tokenizer, readers, UNet, isSecond: false);
        }
        catch
        {
            Dispose(readers.Except(Readers));
            chosen.Dispose();
            throw;
        }

        Checkpoint[] before = [VaeOrigin, _textOrigin];
        _parts = parts;
        if (isNewVae)
        {
            _vaeDecoder?.Dispose();
            (_vaeDecoder, VaeOrigin) = (null, chosen);
        }

        if (readsAnew)
        {
            Dispose(Readers);
            (Readers, _textOrigin) = (readers, chosen);
        }

        foreach (Checkpoint origin in before.Except([Checkpoint, VaeOrigin, _textOrigin]))
        {
            origin.Dispose();
        }

        return readsAnew;
    }

    /// <summary>What the UNet reads of a prompt: the vectors of all text encoders side by side.</summary>
    /// <param name="clipSkip">As people count, see <see cref="TextEncoderSettings.SkipFor"/>.</param>
    public Conditioning Encode(string prompt, int clipSkip, CancellationToken cancellationToken) =>
        Encode(PromptSchedule.Of(prompt), new PromptHabits(PromptSyntax.WebUi, EmphasisMode.Original), clipSkip, cancellationToken)[0];

    /// <returns>One for each text of the schedule.</returns>
    public Conditioning[] Encode(PromptSchedule prompt, PromptHabits habits, int clipSkip, CancellationToken cancellationToken) =>
        Readers.Select(reader => reader.Read(prompt, habits, clipSkip, cancellationToken))
            .Aggregate((first, second) => [.. first.Zip(second, (one, other) => one.Beside(other))]);

    /// <summary>A prompt with what the UNet is told about the picture, where it is told anything.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="isNegative">Whether it is the negative prompt, for which some networks are told otherwise.</param>
    public Conditioning ForSize(Conditioning prompt, int width, int height, bool isNegative = false) => UNet.LabelWidth is { } label
        ? prompt with { Label = SizeConditioning.Label(prompt.Pooled, SizeConditioning.Numbers(width, height, Score(Checkpoint, isNegative)), label) }
        : prompt;

    /// <summary>A picture that cannot be decoded is refused before its steps are computed, not after.</summary>
    /// <exception cref="InferenceException">The machine has not got the memory.</exception>
    public void RequireMemoryFor(int width, int height) => RequireMemoryFor(width, height, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <param name="memory">Bytes of the whole machine: what is in use now may be free by then.</param>
    internal void RequireMemoryFor(int width, int height, long memory)
    {
        long needed = VaeDecoder.MemoryFor(VaeOrigin, width, height);
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
        Dispose(Readers);

        // Last: the networks read the mapped files until they are gone.
        foreach (Checkpoint origin in new[] { Checkpoint, VaeOrigin, _textOrigin }.Distinct())
        {
            origin.Dispose();
        }
    }

    private static float? Score(Checkpoint checkpoint, bool isNegative) => checkpoint.Family.Defaults!.AestheticScores is { } scores
        ? isNegative ? scores.Negative : scores.Positive
        : null;

    /// <param name="ready">Told of each text encoder's weights when it is open.</param>
    private static ImmutableArray<PromptReader> OpenReaders(Checkpoint checkpoint, ClipTokenizer tokenizer, InferenceDevice device, Action<IWeightSource>? ready = null)
    {
        List<PromptReader> readers = [];
        try
        {
            for (int i = 0; i < checkpoint.TextEncoderSettings.Length; i++)
            {
                TextEncoder encoder = new(device, checkpoint, i);
                readers.Add(new PromptReader(encoder, new PromptChunker(tokenizer, PaddingId(checkpoint, i, tokenizer)), checkpoint.TextEncoderSettings[i]));
                ready?.Invoke(checkpoint.TextEncoders[i]);
            }

            return [.. readers];
        }
        catch
        {
            Dispose(readers);
            throw;
        }
    }

    private static void Dispose(IEnumerable<PromptReader> readers)
    {
        foreach (PromptReader reader in readers)
        {
            reader.Encoder.Dispose();
        }
    }

    private static void RequirePictures(Checkpoint checkpoint)
    {
        if (checkpoint.Family.PictureRefusal is { } refusal)
        {
            throw new UnsupportedModelException(checkpoint.Path, refusal, checkpoint.Family);
        }
    }

    private static ClipTokenizer TokenizerOf(Checkpoint checkpoint, IReadOnlyList<string> modelRoots) => TokenizerLocator.Require(
        Path.GetFileNameWithoutExtension(checkpoint.Path), checkpoint.TokenizerFolder, modelRoots, (int)ClipTextGraph.Vocabulary(new WeightScope(checkpoint.TextEncoder)));

    /// <summary>A model's own tokenizer says what fills its chunks; a borrowed one may belong to another family, so there the family says it.</summary>
    private static int PaddingId(Checkpoint checkpoint, int encoder, ClipTokenizer tokenizer) => checkpoint.TokenizerFolders[encoder] switch
    {
        null => checkpoint.TextEncoderSettings[encoder].PadsWithZero ? 0 : tokenizer.EndId,
        string own when own == tokenizer.Folder => tokenizer.PaddingId,
        string own => ClipTokenizer.Load(own).PaddingId,
    };

    /// <summary>The decoder is opened late, and the encoder where the UNet is told of a picture; that their weights are missing has to be said now.</summary>
    private static void RequireVae(Checkpoint checkpoint)
    {
        if (checkpoint.Onnx.ContainsKey(Component.Vae))
        {
            if (checkpoint.Family.IsInpainting)
            {
                throw new UnsupportedModelException(
                    checkpoint.Path, "This inpainting model is a folder of ONNX networks, whose VAE encoder SdStudio does not run. Choose a VAE of safetensors beside it, or the safetensors version of the model.", checkpoint.Family);
            }

            return;
        }

        string[] needed = checkpoint.Family.IsInpainting ? ["decoder.", "encoder."] : ["decoder."];
        foreach (string name in KeyMap.ForVae(checkpoint.VaeLayout).ExpectedWeights.Where(name => needed.Any(part => name.StartsWith(part, StringComparison.Ordinal))))
        {
            _ = checkpoint.Vae.ShapeOf(name);
        }
    }

    /// <summary>Networks of different models in one folder would only fail at the first step.</summary>
    private static void RequireFit(Checkpoint checkpoint, ClipTokenizer tokenizer, ImmutableArray<PromptReader> readers, UNet unet, bool isSecond)
    {
        long latent = isSecond ? unet.OutChannels
            : checkpoint.Onnx.TryGetValue(Component.Vae, out OnnxFile? decoder) ? OnnxFolder.LatentChannels(decoder)
            : VaeDecoderGraph.LatentChannels(new WeightScope(checkpoint.Vae));
        int dimension = readers.Sum(reader => reader.Encoder.Dimension);
        string? misfit =
            dimension != unet.ContextDimension ? $"its {(readers.Length == 1 ? "text encoder gives" : "text encoders give")} vectors of {dimension}, its UNet reads vectors of {unet.ContextDimension}"
            : readers.FirstOrDefault(reader => reader.Encoder.Tokens != ClipTokenizer.ChunkLength) is { } other ? $"its text encoder reads {other.Encoder.Tokens} tokens instead of {ClipTokenizer.ChunkLength}"
            : checkpoint.TextEncoders.Any(weights => ClipTextGraph.Vocabulary(new WeightScope(weights)) < tokenizer.VocabularySize) ? "one of its text encoders knows fewer words than its tokenizer"
            : unet.LabelWidth is { } label && !SizeConditioning.Fits(readers[^1].Encoder.PooledDimension, label, SizeConditioning.Numbers(0, 0, Score(checkpoint, isNegative: false)).Length) ? $"its UNet is told {label} numbers about text and size, which its text encoders do not give"
            : unet.InChannels != unet.OutChannels + (checkpoint.Family.IsInpainting ? MaskedPicture.ChannelsBeside(unet.OutChannels) : 0) || unet.OutChannels != latent
                ? $"its UNet turns {unet.InChannels} channels into {unet.OutChannels}, its VAE decodes {latent}"
            : null;
        if (misfit is not null)
        {
            string advice = checkpoint.Companions.Count > 0 ? "Choose another VAE or other text encoders, or leave them to the model." : "Download it again.";
            throw new CheckpointException(checkpoint.Path, CheckpointProblem.InvalidConfiguration, $"The networks of this model do not fit together: {misfit}. {advice}");
        }
    }

    private static NoiseLevels NoiseLevelsOf(Checkpoint checkpoint)
    {
        DiffusionSettings process = checkpoint.Diffusion;
        try
        {
            NoiseLevels levels = NoiseLevels.ScaledLinear(process.TrainingTimesteps, process.BetaStart, process.BetaEnd);
            levels = process.EndsInPureNoise ? levels.EndingInPureNoise() : levels;
            return checkpoint.Family.Defaults!.Latents == LatentSpace.StableDiffusionXl ? levels.WithAligned(AlignedSteps.StableDiffusionXl) : levels;
        }
        catch (ArgumentException e)
        {
            throw new CheckpointException(
                checkpoint.Path, CheckpointProblem.InvalidConfiguration, "The noise that this model's scheduler configuration describes does not rise step by step. Download the model again.", e);
        }
    }
}
