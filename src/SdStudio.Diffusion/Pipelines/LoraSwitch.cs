using System.Collections.Immutable;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Loras;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>
/// Keeps the loaded weights in step with the LoRAs of the recipe. Only weights that a LoRA of the old or new selection touches
/// are written, always from the pristine values of the file, so that no number of switches wears the base model.
/// </summary>
internal sealed class LoraSwitch : IDisposable
{
    private readonly LoadedModel _model;
    private readonly Func<string, string?> _find;
    private readonly Dictionary<string, Opened> _open = [];

    /// <summary>Default while the weights are in between, also after a merge that failed: then the next selection writes them all again.</summary>
    private ImmutableArray<LoraSelection> _selected = [];

    public LoraSwitch(LoadedModel model, Func<string, string?> find)
    {
        (_model, _find) = (model, find);
    }

    /// <exception cref="RecipeException">A LoRA is not there.</exception>
    /// <exception cref="DiffusionException">A LoRA is broken or made for another family, or a file or memory fails; the next selection starts from the file again.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, perhaps between two weights; the next selection starts from the file again.</exception>
    public void Select(ImmutableArray<LoraSelection> wanted, CancellationToken cancellationToken)
    {
        if (!_selected.IsDefault && wanted.AsSpan().SequenceEqual(_selected.AsSpan()))
        {
            return;
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
            Merge(_model.UNet.Weights, wanted.Select(selection => (Matched(selection).UNet, selection.Weight)), cancellationToken);
            foreach ((int encoder, TextEncoder text) in _model.TextEncoders.Index())
            {
                Merge(
                    text.Weights,
                    wanted.Select(selection => (Matched(selection).TextEncoders[encoder], selection.TextEncoderWeight ?? selection.Weight)),
                    cancellationToken);
            }
        }
        catch
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

    private static void Merge(WeightBuffers weights, IEnumerable<(IReadOnlyDictionary<string, LoraDelta> Deltas, float Weight)> loras, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, Action<Span<float>>> changes = LoraMerge.Changes(loras);
        foreach (string name in weights.Modified.Where(name => !changes.ContainsKey(name)).ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            weights.Restore(name);
        }

        foreach ((string name, Action<Span<float>> change) in changes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            weights.Modify(name, change);
        }
    }

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
