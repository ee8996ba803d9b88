using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using SdStudio.Diffusion.Random;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity.Random;

/// <summary>The noise of NVIDIA cards, as A1111 imitates it. Exact: the logarithm and the sine are rounded once, from double.</summary>
[Trait("Category", "Parity")]
public sealed class PhiloxNoiseParityTests
{
    private const string File = "rng/rng.json";

    public static TheoryData<string, string> Draws => GoldenFolder.Cases(File, "nv_philox");

    public static TheoryData<string, string> Sequences => GoldenFolder.Cases(File, "consecutive_draws_from_one_generator");

    public static TheoryData<string, string> Words => GoldenFolder.Cases(File, "philox_raw_words");

    [SkippableTheory]
    [MemberData(nameof(Draws))]
    public void Fill_OneDraw_EqualsReference(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, "nv_philox");
        float[] values = new float[golden.GetProperty("shape").EnumerateArray().Aggregate(1, (product, size) => product * size.GetInt32())];
        new PhiloxNoise(Seed(golden)).Fill(values);

        if (golden.TryGetProperty("tensor", out JsonElement tensor))
        {
            Close.BitExact(GoldenFolder.Tensors("rng/rng.safetensors").Floats(tensor.GetString()!), values);
        }

        string hash = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan())));
        Assert.Equal(golden.GetProperty("sha256_f32le").GetString(), hash);
    }

    [SkippableTheory]
    [MemberData(nameof(Sequences))]
    public void Fill_ConsecutiveDraws_CountByDraw(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, "consecutive_draws_from_one_generator");
        Skip.If(golden.GetProperty("kind").GetString() != "nv_philox", "This is a sequence of the other generator.");

        GoldenTensors tensors = GoldenFolder.Tensors("rng/rng.safetensors");
        PhiloxNoise noise = new(Seed(golden));
        foreach (JsonElement draw in golden.GetProperty("draws").EnumerateArray())
        {
            float[] expected = tensors.Floats(draw.GetString()!);
            float[] values = new float[expected.Length];
            noise.Fill(values);
            Close.BitExact(expected, values, draw.GetString()!);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Words))]
    public void Words_OfElements_EqualReference(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, "philox_raw_words");
        PhiloxNoise noise = new(Seed(golden));
        JsonElement elements = golden.GetProperty("element_index"), words = golden.GetProperty("words_g0_g1_g2_g3_per_element");
        for (int i = 0; i < elements.GetArrayLength(); i++)
        {
            (uint first, uint second, uint third, uint fourth) = noise.Words(golden.GetProperty("offset").GetUInt32(), elements[i].GetUInt32());
            Assert.Equal(words[i].EnumerateArray().Select(word => word.GetUInt32()), [first, second, third, fourth]);
        }
    }

    private static long Seed(JsonElement golden) => long.Parse(golden.GetProperty("seed").ToString(), CultureInfo.InvariantCulture);
}
