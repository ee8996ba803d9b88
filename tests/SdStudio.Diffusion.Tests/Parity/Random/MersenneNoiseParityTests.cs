using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using SdStudio.Diffusion.Random;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity.Random;

/// <summary>Noise is promised bit for bit, so every comparison here is exact.</summary>
[Trait("Category", "Parity")]
public sealed class MersenneNoiseParityTests
{
    private const string File = "rng/rng.json";

    public static TheoryData<string, string> TorchDraws => GoldenFolder.Cases(File, "torch_cpu");

    public static TheoryData<string, string> Sequences => GoldenFolder.Cases(File, "consecutive_draws_from_one_generator");

    public static TheoryData<string, string> Raw => GoldenFolder.Cases(File, "raw");

    [SkippableTheory]
    [MemberData(nameof(TorchDraws))]
    public void Fill_OneDraw_EqualsTorch(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, "torch_cpu");
        float[] values = new float[golden.GetProperty("shape").EnumerateArray().Aggregate(1, (product, size) => product * size.GetInt32())];
        new MersenneNoise(Seed(golden)).Fill(values);

        if (golden.TryGetProperty("tensor", out JsonElement tensor))
        {
            Close.BitExact(GoldenFolder.Tensors("rng/rng.safetensors").Floats(tensor.GetString()!), values);
        }
        else
        {
            Close.BitExact(Floats(golden, "first64"), values.AsSpan(0, 64), "first values");
            Close.BitExact(Floats(golden, "last64"), values.AsSpan(values.Length - 64), "last values");
        }

        string hash = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan())));
        Assert.Equal(golden.GetProperty("sha256_f32le").GetString(), hash);
    }

    [SkippableTheory]
    [MemberData(nameof(Sequences))]
    public void Fill_ConsecutiveDraws_ContinueOneGenerator(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, "consecutive_draws_from_one_generator");
        Skip.If(golden.GetProperty("kind").GetString() != "torch_cpu", "This is a sequence of the other generator.");

        GoldenTensors tensors = GoldenFolder.Tensors("rng/rng.safetensors");
        MersenneNoise noise = new(Seed(golden));
        foreach (JsonElement draw in golden.GetProperty("draws").EnumerateArray())
        {
            float[] expected = tensors.Floats(draw.GetString()!);
            float[] values = new float[expected.Length];
            noise.Fill(values);
            Close.BitExact(expected, values, draw.GetString()!);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Raw))]
    public void Twister_WordsAndUniforms_EqualTorch(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, "raw");
        MersenneTwister words = new(unchecked((ulong)Seed(golden)));
        Assert.All(golden.GetProperty("mt19937_first8_uint32").EnumerateArray(), word => Assert.Equal(word.GetUInt32(), words.NextWord()));

        MersenneTwister singles = new(unchecked((ulong)Seed(golden)));
        Assert.All(golden.GetProperty("torch_rand_float32_24").EnumerateArray(), value => Assert.Equal(value.GetSingle(), singles.NextSingle()));

        MersenneTwister doubles = new(unchecked((ulong)Seed(golden)));
        Assert.All(golden.GetProperty("torch_rand_float64_8").EnumerateArray(), value => Assert.Equal(HexDouble(value.GetString()!), doubles.NextDouble()));
    }

    private static long Seed(JsonElement golden) => long.Parse(golden.GetProperty("seed").ToString(), CultureInfo.InvariantCulture);

    private static float[] Floats(JsonElement golden, string name) => [.. golden.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];

    /// <summary>Reads "0x1.f0aacp-1".</summary>
    private static double HexDouble(string text)
    {
        string[] parts = text.Replace("0x", "", StringComparison.Ordinal).Split('.', 'p');
        string digits = parts.Length == 3 ? parts[1] : "";
        double value = Convert.ToInt64(parts[0] + digits, 16);
        return value * Math.Pow(2, int.Parse(parts[^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) - (4 * digits.Length));
    }
}
