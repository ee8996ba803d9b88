using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Loras;

/// <summary>
/// The change of one weight by a LoRA, of whatever form. It reads its tensors from the file each time, so it is valid while its
/// <see cref="LoraFile"/> is open. Safe to use from several threads.
/// </summary>
public sealed class LoraDelta
{
    private readonly LoraLayer _layer;
    private readonly LoraForm _form;
    private readonly Shape _target;

    /// <param name="layer">Proven to fit.</param>
    internal LoraDelta(LoraLayer layer, LoraForm form, Shape target)
    {
        (_layer, _form, _target) = (layer, form, target);
    }

    /// <summary>How it is factored, as the field writes it: LoRA, LoHa, LoKr.</summary>
    public string Form => _form.Label;

    /// <summary>Adds <paramref name="scale"/> times the change.</summary>
    /// <param name="weight">Row-major [out, in] or [out, in, kh, kw].</param>
    /// <param name="scale">1 is as trained; negative pushes away.</param>
    /// <exception cref="DiffusionException">The LoRA's values are no numbers, or its file was changed meanwhile.</exception>
    public void AddTo(Span<float> weight, float scale)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weight.Length, _target.ElementCount);
        if (_layer.Has(LoraPart.Magnitude))
        {
            float[] change = new float[weight.Length];
            _form.AddTo(_layer, _target, change, 1);
            MagnitudeForm.AddTo(_layer, _target, weight, change, scale);
        }
        else
        {
            _form.AddTo(_layer, _target, weight, scale);
        }
    }
}
