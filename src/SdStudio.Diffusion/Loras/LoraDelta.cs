using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Loras;

/// <summary>
/// The change of one weight by low-rank adaptation (Hu et al. 2021, arXiv:2106.09685): alpha / rank * up x down, flattened over the kernel.
/// With a middle tensor the kernel is factored too: sum over r, s of up[o, r] * mid[r, s, kh, kw] * down[s, i].
/// It reads its tensors from the file each time, so it is valid while its <see cref="LoraFile"/> is open. Safe to use from several threads.
/// </summary>
public sealed class LoraDelta
{
    private readonly SafetensorsFile _file;
    private readonly TensorEntry _up;
    private readonly TensorEntry _down;
    private readonly TensorEntry? _mid;
    private readonly float _alphaOverRank;
    private readonly int _rows;
    private readonly int _columns;

    internal LoraDelta(SafetensorsFile file, TensorEntry up, TensorEntry down, TensorEntry? mid, float? alpha, Shape target)
    {
        (_file, _up, _down, _mid) = (file, up, down, mid);
        _alphaOverRank = alpha is { } value ? value / down.Shape[0] : 1;
        _rows = checked((int)target[0]);
        _columns = checked((int)(target.ElementCount / target[0]));
    }

    /// <summary>The inner dimension of the product that is added.</summary>
    public int Rank => (int)_up.Shape[1];

    /// <summary>Adds <paramref name="scale"/> times the change.</summary>
    /// <param name="weight">Row-major [out, in] or [out, in, kh, kw].</param>
    /// <param name="scale">1 is as trained; negative pushes away.</param>
    public void AddTo(Span<float> weight, float scale)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weight.Length, _rows * _columns);
        float[] up = Read(_up);
        float[] down = _mid is { } mid ? ExpandKernel(Read(mid), Read(_down), mid.Shape) : Read(_down);
        int rank = Rank;
        float factor = scale * _alphaOverRank;

        for (int row = 0; row < _rows; row++)
        {
            Span<float> target = weight.Slice(row * _columns, _columns);
            for (int r = 0; r < rank; r++)
            {
                TensorPrimitives.MultiplyAdd(down.AsSpan(r * _columns, _columns), factor * up[row * rank + r], target, target);
            }
        }
    }

    /// <returns>Null where the tensors fit the weight; else what does not.</returns>
    internal static string? WhyNot(TensorEntry up, TensorEntry down, TensorEntry? mid, Shape target)
    {
        if (up.Shape.Rank < 2 || down.Shape.Rank < 2 || target.Rank < 2 || down.Shape[0] < 1 || target[0] < 1)
        {
            return "its tensors are not matrices";
        }

        // Where a core lies between them, the two have ranks of their own.
        bool joins = mid is { } core
            ? core.Shape.Rank == 4 && core.Shape[0] == up.Shape[1] && core.Shape[1] == down.Shape[0] && target.Rank == 4
                && core.Shape[2] == target[2] && core.Shape[3] == target[3] && down.Shape.ElementCount == down.Shape[0] * target[1]
            : up.Shape[1] == down.Shape[0] && down.Shape.ElementCount / down.Shape[0] == target.ElementCount / target[0];
        return joins && up.Shape[0] == target[0] && up.Shape.ElementCount == up.Shape[0] * up.Shape[1]
            ? null
            : $"it changes a weight of {up.Shape[0]} x {down.Shape.ElementCount / down.Shape[0]} where the model has {target}";
    }

    /// <summary>mid [r, s, kh, kw] and down [s, in] become one matrix [r, in, kh, kw].</summary>
    private static float[] ExpandKernel(float[] mid, float[] down, Shape midShape)
    {
        int ranks = (int)midShape[0];
        int inner = (int)midShape[1];
        int kernel = (int)(midShape[2] * midShape[3]);
        int inputs = down.Length / inner;
        float[] expanded = new float[ranks * inputs * kernel];
        for (int r = 0; r < ranks; r++)
        {
            for (int s = 0; s < inner; s++)
            {
                ReadOnlySpan<float> core = mid.AsSpan((r * inner + s) * kernel, kernel);
                for (int i = 0; i < inputs; i++)
                {
                    Span<float> target = expanded.AsSpan((r * inputs + i) * kernel, kernel);
                    TensorPrimitives.MultiplyAdd(core, down[s * inputs + i], target, target);
                }
            }
        }

        return expanded;
    }

    private float[] Read(TensorEntry tensor)
    {
        float[] values = new float[tensor.Shape.ElementCount];
        _file.CopyTo(tensor, MemoryMarshal.AsBytes(values.AsSpan()), ElementType.Float32);
        return values;
    }
}
