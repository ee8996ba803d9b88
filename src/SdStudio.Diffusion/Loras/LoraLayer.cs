using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Loras;

/// <summary>The tensors that a LoRA has for one layer. Values are read from the file each time they are asked for.</summary>
internal sealed class LoraLayer
{
    private readonly LoraFile _lora;
    private readonly ITensorFile _file;
    private readonly Dictionary<LoraPart, TensorEntry> _parts = [];

    public LoraLayer(LoraFile lora, ITensorFile file, string name)
    {
        (_lora, _file, Name) = (lora, file, name);
    }

    /// <summary>As the file calls it.</summary>
    public string Name { get; }

    public bool TryAdd(LoraPart part, TensorEntry tensor) => _parts.TryAdd(part, tensor);

    public bool Has(LoraPart part) => _parts.ContainsKey(part);

    public bool Has(params ReadOnlySpan<LoraPart> parts)
    {
        foreach (LoraPart part in parts)
        {
            if (!Has(part))
            {
                return false;
            }
        }

        return true;
    }

    /// <returns>No dimensions where the part is not there.</returns>
    public Shape ShapeOf(LoraPart part) => _parts.TryGetValue(part, out TensorEntry tensor) ? tensor.Shape : default;

    /// <summary>Size of the first dimension; 0 where there is none.</summary>
    public long Rows(LoraPart part) => ShapeOf(part) is { Rank: > 0 } shape ? shape[0] : 0;

    /// <summary>Elements of one row; 0 where the part is not there, or empty.</summary>
    public long Columns(LoraPart part) => Rows(part) > 0 && ShapeOf(part).Rank > 1 ? ShapeOf(part).ElementCount / Rows(part) : 0;

    /// <summary>Alpha / rank; 1 where the layer has no alpha.</summary>
    /// <exception cref="LoraMismatchException">Alpha is not one finite number.</exception>
    public float AlphaOver(long rank)
    {
        if (!Has(LoraPart.Alpha))
        {
            return 1;
        }

        return ShapeOf(LoraPart.Alpha).ElementCount == 1 ? Read(LoraPart.Alpha)[0] / rank : throw _lora.Broken(Name, "an alpha that is not one number");
    }

    /// <returns>A new row-major array.</returns>
    /// <exception cref="LoraMismatchException">Values are not finite: they would spoil the whole model.</exception>
    public float[] Read(LoraPart part)
    {
        TensorEntry tensor = _parts[part];
        float[] values = new float[tensor.Shape.ElementCount];
        _file.CopyTo(tensor, MemoryMarshal.AsBytes(values.AsSpan()), ElementType.Float32);
        return float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(values)) ? values : throw _lora.Broken(Name, "values that are no numbers");
    }
}
