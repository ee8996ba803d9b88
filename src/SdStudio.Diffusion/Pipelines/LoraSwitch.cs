using System.Collections.Immutable;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Loras;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>
/// Keeps the loaded weights in step with the LoRAs of the recipe. A switch writes only what it changes, see <see cref="MergedLoras"/>:
/// another strength of one LoRA leaves the weights of the others alone.
/// </summary>
internal sealed class LoraSwitch : IDisposable
{
    private readonly LoadedModel _model;
    private readonly Func<string, string?> _find;
    private readonly Dictionary<string, Opened> _open = [];
    private readonly MergedLoras _unet;
    private MergedLoras[] _texts;

    /// <summary>Default while the weights are in between, also after a merge that failed.</summary>
    private ImmutableArray<LoraSelection> _selected = [];

    public LoraSwitch(LoadedModel model, Func<string, string?> find)
    {
        (_model, _find) = (model, find);
        _unet = new MergedLoras(model.UNet.Weights);
        _texts = MergedInto(model.TextEncoders);
    }

    /// <exception cref="RecipeException">A LoRA is not there.</exception>
    /// <exception cref="DiffusionException">A LoRA is broken or made for another family, or a file or memory fails; the next selection puts right what was half done.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, perhaps between two weights; the next selection does the rest.</exception>
    public void Select(ImmutableArray<LoraSelection> wanted, CancellationToken cancellationToken)
    {
        if (!_selected.IsDefault && wanted.AsSpan().SequenceEqual(_selected.AsSpan()))
        {
            return;
        }

        if (!wanted.IsEmpty && _model.Checkpoint.Onnx.Count > 0)
        {
            throw new RecipeException("This model is in ONNX format: its networks run as they are, and no LoRA can be merged into them. Take the LoRAs out of the recipe, or use the safetensors version of the model.");
        }

        // What is wrong with a LoRA shows before the first weight is written.
        foreach (LoraSelection selection in wanted)
        {
            Open(selection.Name);
        }

        cancellationToken.ThrowIfCancellationRequested();
        _selected = default;
        try
        {
            _unet.Become(wanted.Select(selection => (Matched(selection).UNet, selection.Weight)), cancellationToken);
            foreach ((int encoder, MergedLoras text) in _texts.Index())
            {
                text.Become(wanted.Select(selection => (Matched(selection).TextEncoders[encoder], selection.TextEncoderWeight ?? selection.Weight)), cancellationToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A file that was changed in use is opened anew the next time.
            Dispose();
            throw;
        }

        _selected = wanted;
        foreach (string unused in _open.Keys.Except(wanted.Select(selection => selection.Name)).ToList())
        {
            _open[unused].Dispose();
            _open.Remove(unused);
        }
    }

    /// <summary>The text encoders are others now, as the files have them.</summary>
    public void Forget()
    {
        _selected = default;
        _texts = MergedInto(_model.TextEncoders);

        // They were matched with the encoders that are gone.
        Dispose();
    }

    public void Dispose()
    {
        foreach (Opened lora in _open.Values)
        {
            lora.Dispose();
        }

        _open.Clear();
    }

    private MatchedLora Matched(LoraSelection selection) => _open[selection.Name].Matched;

    private static MergedLoras[] MergedInto(IEnumerable<TextEncoder> encoders) => [.. encoders.Select(encoder => new MergedLoras(encoder.Weights))];

    private void Open(string name)
    {
        if (_open.ContainsKey(name))
        {
            return;
        }

        string path = _find(name)
            ?? throw new RecipeException($"The LoRA \"{name}\" is not in the model folders. Put {name}.safetensors into models/loras, or take it out of the recipe.");
        LoraFile file = LoraFile.Open(path);
        try
        {
            _open[name] = new Opened(file, file.Match(_model.Checkpoint.UNet, [.. _model.Checkpoint.TextEncoders]));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private sealed record Opened(LoraFile File, MatchedLora Matched) : IDisposable
    {
        public void Dispose() => File.Dispose();
    }
}
