using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Tensors;

public sealed class HalfConversionTests
{
    [Fact]
    public void ToSingle_EveryHalf_IsExact()
    {
        byte[] bytes = EveryPair();
        float[] values = new float[65536];

        HalfConversion.ToSingle(bytes, ElementType.Float16, values);

        Close.BitExact([.. Enumerable.Range(0, 65536).Select(bits => Quiet((float)BitConverter.UInt16BitsToHalf((ushort)bits)))], Array.ConvertAll(values, Quiet));
    }

    [Fact]
    public void ToSingle_EveryBFloat16_IsTheUpperHalf()
    {
        byte[] bytes = EveryPair();
        float[] values = new float[65536];

        HalfConversion.ToSingle(bytes, ElementType.BFloat16, values);

        Close.BitExact([.. Enumerable.Range(0, 65536).Select(bits => BitConverter.Int32BitsToSingle(bits << 16))], values);
    }

    [Theory]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    public void FromSingle_WhatWasWidened_ComesBack(ElementType type)
    {
        byte[] bytes = EveryPair();
        float[] values = new float[65536];
        byte[] back = new byte[bytes.Length];

        HalfConversion.ToSingle(bytes, type, values);
        HalfConversion.FromSingle(values, type, back);

        for (int i = 0; i < values.Length; i++)
        {
            Assert.True(float.IsNaN(values[i]) || (bytes[i * 2] == back[i * 2] && bytes[i * 2 + 1] == back[i * 2 + 1]), $"pattern {i:X4}");
        }
    }

    [Theory]
    [InlineData(ElementType.Float8E4M3)]
    [InlineData(ElementType.Float8E5M2)]
    public void FromSingle_EveryFloat8_ComesBack(ElementType type)
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        float[] values = new float[256];
        byte[] back = new byte[256];

        HalfConversion.ToSingle(bytes, type, values);
        HalfConversion.FromSingle(values, type, back);

        Assert.All(Enumerable.Range(0, 256), i => Assert.True(float.IsNaN(values[i]) || bytes[i] == back[i], $"pattern {i:X2}"));
    }

    [Theory]
    [InlineData(0x38, 1f)]
    [InlineData(0x01, 0.001953125f)]
    [InlineData(0x7E, 448f)]
    [InlineData(0xB8, -1f)]
    [InlineData(0x7F, float.NaN)]
    public void ToSingle_Float8E4M3_HasItsValues(byte bits, float value) => Assert.Equal(value, Single(bits, ElementType.Float8E4M3));

    [Theory]
    [InlineData(0x3C, 1f)]
    [InlineData(0x01, 1.52587890625e-5f)]
    [InlineData(0x7B, 57344f)]
    [InlineData(0x7C, float.PositiveInfinity)]
    [InlineData(0xFC, float.NegativeInfinity)]
    public void ToSingle_Float8E5M2_HasItsValues(byte bits, float value) => Assert.Equal(value, Single(bits, ElementType.Float8E5M2));

    [Theory]
    // Ties go to the even neighbour: 1 + 2^-8 lies between 1 and 1 + 2^-7.
    [InlineData(ElementType.BFloat16, 1.00390625f, 1f)]
    [InlineData(ElementType.BFloat16, 1.01171875f, 1.015625f)]
    [InlineData(ElementType.BFloat16, 3.4028235e38f, float.PositiveInfinity)]
    [InlineData(ElementType.BFloat16, float.NaN, float.NaN)]
    [InlineData(ElementType.Float8E4M3, 1.0625f, 1f)]
    [InlineData(ElementType.Float8E4M3, 1.1875f, 1.25f)]
    [InlineData(ElementType.Float8E4M3, 1.95f, 2f)]
    [InlineData(ElementType.Float8E4M3, 464f, 448f)]
    [InlineData(ElementType.Float8E4M3, 465f, float.NaN)]
    [InlineData(ElementType.Float8E4M3, 1e-9f, 0f)]
    [InlineData(ElementType.Float8E5M2, 1.125f, 1f)]
    [InlineData(ElementType.Float8E5M2, 1.375f, 1.5f)]
    [InlineData(ElementType.Float8E5M2, 61440f, float.PositiveInfinity)]
    [InlineData(ElementType.Float8E5M2, 61439f, 57344f)]
    public void FromSingle_BetweenTwoValues_RoundsToNearestEven(ElementType type, float value, float expected)
    {
        byte[] bytes = new byte[type.ByteSize()];
        float[] back = new float[1];
        HalfConversion.FromSingle([value], type, bytes);
        HalfConversion.ToSingle(bytes, type, back);

        Assert.Equal(expected, back[0]);
    }

    [Fact]
    public void ToHalf_LongerThanOneBlock_ConvertsAll()
    {
        float[] values = [.. Enumerable.Range(0, 10_001).Select(i => i / 8f)];
        byte[] bytes = new byte[values.Length * 4];
        Half[] halves = new Half[values.Length];
        HalfConversion.FromSingle(values, ElementType.Float32, bytes);

        HalfConversion.ToHalf(bytes, ElementType.Float32, halves);

        Assert.Equal(Array.ConvertAll(values, value => (Half)value), halves);
    }

    [Theory]
    [InlineData(ElementType.Int64, "FEFFFFFFFFFFFFFF", -2f)]
    [InlineData(ElementType.Int8, "FE", -2f)]
    [InlineData(ElementType.UInt8, "FE", 254f)]
    [InlineData(ElementType.Boolean, "01", 1f)]
    [InlineData(ElementType.Float64, "000000000000F83F", 1.5f)]
    public void ToSingle_OtherTypes_AreConverted(ElementType type, string hex, float value)
    {
        float[] values = new float[1];
        HalfConversion.ToSingle(Convert.FromHexString(hex), type, values);

        Assert.Equal(value, values[0]);
    }

    private static float Single(byte bits, ElementType type)
    {
        float[] values = new float[1];
        HalfConversion.ToSingle([bits], type, values);
        return values[0];
    }

    private static byte[] EveryPair() => [.. Enumerable.Range(0, 65536).SelectMany(bits => new[] { (byte)bits, (byte)(bits >> 8) })];

    /// <summary>What a conversion makes of a signalling NaN differs between processors.</summary>
    private static float Quiet(float value) => float.IsNaN(value) ? float.NaN : value;
}
