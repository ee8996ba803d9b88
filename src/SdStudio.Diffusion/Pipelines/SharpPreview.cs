using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>Previews by a tiny decoder. Opened when the first one is shown, and gone with its model, whichever thread is just drawing.</summary>
internal sealed class SharpPreview(string path, InferenceDevice device) : ISharpPreview, IDisposable
{
    /// <summary>Of the processors' time that frames may take from the picture.</summary>
    private const double Share = 0.03;

    /// <summary>Of the machine's memory that a frame may take.</summary>
    private const double MemoryShare = 0.08;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _end = new();
    private TinyDecoderFile? _file;
    private TinyDecoder? _decoder;

    public string? Problem { get; private set; }

    public bool Prepare()
    {
        lock (_gate)
        {
            if (_decoder is null && Problem is null && !_end.IsCancellationRequested)
            {
                try
                {
                    _file = TinyDecoderFile.Open(path);
                    _decoder = new TinyDecoder(device, _file.Weights);
                }
                catch (DiffusionException e)
                {
                    GiveUp(e);
                }
            }

            return _decoder is not null;
        }
    }

    public RgbImage? Render(Latent latent)
    {
        ArgumentNullException.ThrowIfNull(latent);
        lock (_gate)
        {
            if (_decoder is null || _decoder.MemoryFor(latent) > MemoryShare * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
            {
                return null;
            }

            try
            {
                return PlanarImage.ToRgb(_decoder.Decode(latent, _end.Token), latent.Width * _decoder.Scale, latent.Height * _decoder.Scale);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            catch (DiffusionException e)
            {
                GiveUp(e);
                return null;
            }
        }
    }

    public TimeSpan RestAfter(TimeSpan frame) => device.DecodesInMainMemory ? frame / (Share * Environment.ProcessorCount) : frame;

    public void Dispose()
    {
        // First, so that a frame that is just being drawn does not hold up what comes after this model.
        _end.Cancel();
        lock (_gate)
        {
            Close();
        }

        _end.Dispose();
    }

    private void GiveUp(DiffusionException problem)
    {
        Problem = $"Previews are shown without the tiny decoder {Wording.Quote(Path.GetFileName(path))}. {problem.Message}";
        Close();
    }

    private void Close()
    {
        _decoder?.Dispose();
        _file?.Dispose();
        (_decoder, _file) = (null, null);
    }
}
