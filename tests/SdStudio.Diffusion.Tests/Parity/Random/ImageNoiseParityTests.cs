using System.Globalization;
using System.Text.Json;
using SdStudio.Diffusion.Random;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity.Random;

/// <summary>
/// Variations, seed resize and the seed delta of A1111, with both sources. Exact where noise is only moved about; 2e-6 where two are mixed, in
/// float32 there and in double here.
/// </summary>
[Trait("Category", "Parity")]
public sealed class ImageNoiseParityTests
{
    public static TheoryData<string, string> Cases => GoldenFolder.Cases("rng/rng.json", "a1111_image_rng");

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Next_FirstAndLaterDraws_EqualA1111(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, "a1111_image_rng");
        GoldenTensors tensors = GoldenFolder.Tensors("rng/rng.safetensors");
        int[] shape = [.. golden.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
        int length = shape[0] * shape[1] * shape[2];
        JsonElement seeds = golden.GetProperty("seeds");
        for (int picture = 0; picture < seeds.GetArrayLength(); picture++)
        {
            NoiseSettings settings = new()
            {
                Source = golden.GetProperty("source").GetString() == "NV" ? NoiseSource.Nvidia : NoiseSource.Cpu,
                VariationSeed = golden.TryGetProperty("subseeds", out JsonElement subseeds) ? Parse(subseeds[picture]) : 0,
                VariationStrength = golden.TryGetProperty("subseed_strength", out JsonElement strength) ? strength.GetSingle() : 0,
                ResizeFromHeight = golden.TryGetProperty("seed_resize_from_h", out JsonElement height) ? height.GetInt32() : 0,
                ResizeFromWidth = golden.TryGetProperty("seed_resize_from_w", out JsonElement width) ? width.GetInt32() : 0,
                StepSeedDelta = golden.GetProperty("eta_noise_seed_delta").GetInt32(),
            };
            Assert.Null(settings.WhyNot(Parse(seeds[picture])));

            ImageNoise noise = new(Parse(seeds[picture]), settings);
            foreach (string draw in (ReadOnlySpan<string>)["first", "next1", "next2"])
            {
                float[] expected = tensors.Floats(golden.GetProperty(draw).GetString()!).AsSpan(picture * length, length).ToArray();
                Latent found = noise.Next(shape[0], shape[1], shape[2]);
                if (draw == "first" && settings.VariationStrength != 0)
                {
                    Close.Within(expected, found.Values, 2e-6, draw);
                }
                else
                {
                    Close.BitExact(expected, found.Values, draw);
                }
            }
        }
    }

    private static long Parse(JsonElement seed) => long.Parse(seed.ToString(), CultureInfo.InvariantCulture);
}
