using System.Globalization;
using System.Text.Json;
using SdStudio.Diffusion.Random;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity.Random;

/// <summary>Exact, as the noise it is made of.</summary>
[Trait("Category", "Parity")]
public sealed class BrownianNoiseParityTests
{
    private const string File = "brownian/brownian.json";

    public static TheoryData<string, string> Seeds => GoldenFolder.Cases(File, "seed_sequence");

    public static TheoryData<string, string> Noise => GoldenFolder.Cases(File, "noise");

    [SkippableTheory]
    [MemberData(nameof(Seeds))]
    public void SeedSequence_RootAndChildren_EqualNumpy(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, "seed_sequence");
        ulong entropy = ulong.Parse(golden.GetProperty("entropy").ToString(), CultureInfo.InvariantCulture);
        Assert.Equal(Words(golden.GetProperty("top_state3_uint32")), new SeedSequence(entropy).State(3));

        foreach (JsonElement child in golden.GetProperty("children").EnumerateArray())
        {
            ulong key = child.GetProperty("spawn_key").GetUInt64(), depth = child.GetProperty("depth").GetUInt64();
            Assert.Equal(Words(child.GetProperty("seeds4_uint32")), new SeedSequence(entropy, key, depth).State(4));
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Noise))]
    public void Between_EveryQuery_EqualsTorchsde(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, "noise");
        float[] expected = GoldenFolder.Tensors("brownian/brownian.safetensors").Floats(golden.GetProperty("tensor").GetString()!);
        int[] shape = [.. golden.GetProperty("shape_per_query").EnumerateArray().Select(size => size.GetInt32())];
        float min = golden.GetProperty("sigma_min").GetSingle(), max = golden.GetProperty("sigma_max").GetSingle();

        // A list is one tree for each picture of the batch; a single seed one tree for the batch as a whole.
        JsonElement seed = golden.GetProperty("seed");
        BrownianNoise[] trees = seed.ValueKind == JsonValueKind.Array
            ? [.. seed.EnumerateArray().Select(one => new BrownianNoise(Parse(one), min, max, shape[1], shape[2], shape[3]))]
            : [new BrownianNoise(Parse(seed), min, max, shape[0] * shape[1], shape[2], shape[3])];

        List<float> found = [];
        foreach (JsonElement query in golden.GetProperty("queries_sigma_from_to").EnumerateArray())
        {
            foreach (BrownianNoise tree in trees)
            {
                found.AddRange(tree.Between(query[0].GetSingle(), query[1].GetSingle()).Values);
            }
        }

        Close.BitExact(expected, found.ToArray());
    }

    private static uint[] Words(JsonElement words) => [.. words.EnumerateArray().Select(word => word.GetUInt32())];

    private static long Parse(JsonElement seed) => long.Parse(seed.ToString(), CultureInfo.InvariantCulture);
}
