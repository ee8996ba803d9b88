using System.Buffers.Binary;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace SdStudio.Diffusion.Tensors;

/// <summary>
/// Conversions between the element types of weight files and float32. Widening is exact; narrowing rounds to nearest, ties to even.
/// Large tensors may be cut and converted by several threads: every method is free of state.
/// </summary>
public static class HalfConversion
{
    /// <summary>Floats converted at a time where a detour over float32 is needed: fits the first-level cache.</summary>
    private const int BlockLength = 4096;

    private static readonly float[] s_float8E4M3 = [.. Enumerable.Range(0, 256).Select(bits => Float8E4M3ToSingle((byte)bits))];

    /// <param name="source">Raw little-endian elements, as in the file; need not be aligned.</param>
    /// <param name="type">Of the elements in <paramref name="source"/>.</param>
    /// <param name="destination">One float per element.</param>
    public static void ToSingle(ReadOnlySpan<byte> source, ElementType type, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)source.Length, (long)destination.Length * type.ByteSize());
        switch (type)
        {
            case ElementType.Float32:
                source.CopyTo(MemoryMarshal.AsBytes(destination));
                break;
            case ElementType.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(source), destination);
                break;
            case ElementType.BFloat16:
                BFloat16ToSingle(MemoryMarshal.Cast<byte, ushort>(source), destination);
                break;
            case ElementType.Float8E4M3:
                for (int i = 0; i < source.Length; i++)
                {
                    destination[i] = s_float8E4M3[source[i]];
                }

                break;
            case ElementType.Float8E5M2:
                // The type is the upper half of a float16.
                for (int i = 0; i < source.Length; i++)
                {
                    destination[i] = (float)BitConverter.UInt16BitsToHalf((ushort)(source[i] << 8));
                }

                break;
            case ElementType.Float64:
                Convert<double>(source, destination);
                break;
            case ElementType.Int64:
                Convert<long>(source, destination);
                break;
            case ElementType.Int32:
                Convert<int>(source, destination);
                break;
            case ElementType.Int16:
                Convert<short>(source, destination);
                break;
            case ElementType.Int8:
                Convert<sbyte>(source, destination);
                break;
            case ElementType.UInt64:
                Convert<ulong>(source, destination);
                break;
            case ElementType.UInt32:
                Convert<uint>(source, destination);
                break;
            case ElementType.UInt16:
                Convert<ushort>(source, destination);
                break;
            case ElementType.UInt8:
            case ElementType.Boolean:
                Convert<byte>(source, destination);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, null);
        }
    }

    /// <summary>Values beyond float16's range (65504) become infinite, as in every other program.</summary>
    /// <param name="source">Raw little-endian elements, as in the file.</param>
    /// <param name="type">Of the elements in <paramref name="source"/>.</param>
    /// <param name="destination">One half per element.</param>
    public static void ToHalf(ReadOnlySpan<byte> source, ElementType type, Span<Half> destination)
    {
        int size = type.ByteSize();
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)source.Length, (long)destination.Length * size);
        if (type == ElementType.Float16)
        {
            source.CopyTo(MemoryMarshal.AsBytes(destination));
            return;
        }

        Span<float> block = stackalloc float[BlockLength];
        for (int start = 0; start < destination.Length; start += BlockLength)
        {
            int length = Math.Min(BlockLength, destination.Length - start);
            ToSingle(source.Slice(start * size, length * size), type, block[..length]);
            TensorPrimitives.ConvertToHalf(block[..length], destination.Slice(start, length));
        }
    }

    /// <param name="source">The values.</param>
    /// <param name="type">A floating-point type.</param>
    /// <param name="destination">Raw little-endian elements of <paramref name="type"/>, as in a file.</param>
    public static void FromSingle(ReadOnlySpan<float> source, ElementType type, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)destination.Length, (long)source.Length * type.ByteSize());
        switch (type)
        {
            case ElementType.Float32:
                MemoryMarshal.AsBytes(source).CopyTo(destination);
                break;
            case ElementType.Float16:
                TensorPrimitives.ConvertToHalf(source, MemoryMarshal.Cast<byte, Half>(destination));
                break;
            case ElementType.BFloat16:
                SingleToBFloat16(source, MemoryMarshal.Cast<byte, ushort>(destination));
                break;
            case ElementType.Float64:
                for (int i = 0; i < source.Length; i++)
                {
                    BinaryPrimitives.WriteDoubleLittleEndian(destination[(i * 8)..], source[i]);
                }

                break;
            case ElementType.Float8E4M3:
                for (int i = 0; i < source.Length; i++)
                {
                    destination[i] = SingleToFloat8E4M3(source[i]);
                }

                break;
            case ElementType.Float8E5M2:
                for (int i = 0; i < source.Length; i++)
                {
                    destination[i] = SingleToFloat8E5M2(source[i]);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Only floating-point types are written.");
        }
    }

    /// <summary>A bfloat16 is the upper half of a float32.</summary>
    private static void BFloat16ToSingle(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(destination);
        int i = 0;
        for (; i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(source[i..]), out Vector<uint> low, out Vector<uint> high);
            (low << 16).CopyTo(bits[i..]);
            (high << 16).CopyTo(bits[(i + Vector<uint>.Count)..]);
        }

        for (; i < source.Length; i++)
        {
            bits[i] = (uint)source[i] << 16;
        }
    }

    private static void SingleToBFloat16(ReadOnlySpan<float> source, Span<ushort> destination)
    {
        for (int i = 0; i < source.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(source[i]);

            // Half a unit in the last place, less one bit where the kept part is even. A NaN keeps a bit, so that it stays one.
            destination[i] = float.IsNaN(source[i])
                ? (ushort)((bits >> 16) | 0x40)
                : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }

    /// <summary>Four exponent bits (bias 7), three of mantissa, no infinity, one NaN pattern (arXiv:2209.05433).</summary>
    private static float Float8E4M3ToSingle(byte bits)
    {
        int exponent = (bits >> 3) & 0xF;
        int mantissa = bits & 0x7;
        float magnitude = (exponent, mantissa) switch
        {
            (0xF, 0x7) => float.NaN,
            (0, _) => mantissa / 8f * MathF.Pow(2, -6),
            _ => (1 + mantissa / 8f) * MathF.Pow(2, exponent - 7),
        };
        return (bits & 0x80) != 0 ? -magnitude : magnitude;
    }

    private static byte SingleToFloat8E4M3(float value)
    {
        byte sign = float.IsNegative(value) ? (byte)0x80 : (byte)0;
        float magnitude = MathF.Abs(value);

        // 448 is the largest value; what would round beyond it has no name but NaN.
        if (!(magnitude < 464))
        {
            return magnitude == 464 ? (byte)(sign | 0x7E) : (byte)(sign | 0x7F);
        }

        int exponent = magnitude == 0 ? -6 : Math.Max(MathF.ILogB(magnitude), -6);
        int units = (int)MathF.Round(MathF.ScaleB(magnitude, 3 - exponent), MidpointRounding.ToEven);

        // Eight units are one power of two: adding, not joining, lets a rounding carry run into the exponent.
        return (byte)(sign | (((exponent + 6) << 3) + units));
    }

    private static byte SingleToFloat8E5M2(float value)
    {
        if (float.IsNaN(value))
        {
            return (byte)(float.IsNegative(value) ? 0xFE : 0x7E);
        }

        byte sign = float.IsNegative(value) ? (byte)0x80 : (byte)0;
        float magnitude = MathF.Abs(value);
        if (magnitude >= 61440)
        {
            return (byte)(sign | 0x7C);
        }

        int exponent = magnitude == 0 ? -14 : Math.Max(MathF.ILogB(magnitude), -14);
        int units = (int)MathF.Round(MathF.ScaleB(magnitude, 2 - exponent), MidpointRounding.ToEven);
        return (byte)(sign | (((exponent + 14) << 2) + units));
    }

    private static void Convert<T>(ReadOnlySpan<byte> source, Span<float> destination)
        where T : unmanaged, INumberBase<T> =>
        TensorPrimitives.ConvertSaturating(MemoryMarshal.Cast<byte, T>(source), destination);
}
