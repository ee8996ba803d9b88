using System.Text.Json;
using SdStudio.Diffusion.Random;
using SdStudio.Diffusion.Sampling;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity.Sampling;

/// <summary>
/// The samplers of k-diffusion. Tolerance: four times the reference's own deviation from float64, plus 2e-6 of the largest value.
/// </summary>
[Trait("Category", "Parity")]
public sealed class SamplerParityTests
{
    private static readonly Dictionary<string, string> s_keys = new()
    {
        ["k_euler"] = "euler",
        ["k_euler_ancestral"] = "euler_a",
        ["k_heun"] = "heun",
        ["k_lcm"] = "lcm",
        ["k_dpmpp_2m"] = "dpmpp_2m",
        ["k_dpmpp_2m_sde"] = "dpmpp_2m_sde",
        ["d_ddim"] = "ddim",
        ["a1111ts_ddim"] = "ddim",
    };

    public static TheoryData<string> AllFiles => GoldenFolder.Files("samplers/*.json");

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> rows = [];
            foreach (string name in s_keys.Keys.Where(name => name.StartsWith("k_", StringComparison.Ordinal)))
            {
                foreach (object[] row in GoldenFolder.Cases($"samplers/{name}.json"))
                {
                    rows.Add((string)row[0], (string)row[1]);
                }
            }

            return rows;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(AllFiles))]
    public void Catalogue_SamplersOfTheFolder_AreKnownOrNamed(string file)
    {
        GoldenFolder.Json(file);
        string name = Path.GetFileNameWithoutExtension(file);
        Skip.IfNot(s_keys.ContainsKey(name), $"The sampler of {name} is outside this version.");
        Assert.NotNull(SamplerCatalog.Find(s_keys[name]));
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Sample_GoldenCase_EqualsReference(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label);
        string prediction = golden.GetProperty("prediction_type").GetString()!;
        Skip.If(prediction is not ("epsilon" or "v_prediction" or "v_prediction_zsnr"), $"Models that predict {prediction} are outside this version.");
        SamplerChoice sampler = SamplerCatalog.Find(s_keys[Path.GetFileNameWithoutExtension(file)])!;

        (float eta, float noiseScale) = (sampler.DefaultEta, 1);
        foreach (JsonProperty option in golden.GetProperty("options").EnumerateObject())
        {
            switch (option.Name)
            {
                case "eta":
                    eta = option.Value.GetSingle();
                    break;
                case "s_noise" when !golden.GetProperty("options").TryGetProperty("s_churn", out _):
                    noiseScale = option.Value.GetSingle();
                    break;
                case "solver_type" when option.Value.GetString() == "midpoint":
                    break;
                default:
                    Skip.If(true, $"The option {option.Name} is outside this version.");
                    break;
            }
        }

        string id = golden.GetProperty("id").GetString()!;
        GoldenTensors tensors = GoldenFolder.Tensors(Path.ChangeExtension(file, ".safetensors"));
        Calls calls = new(golden, tensors, id, prediction);
        float[] sigmas = Floats(golden, "sigmas");
        int steps = 0;
        SamplingContext context = new(calls.Noise, (step, _) => Assert.Equal(steps++, step), CancellationToken.None) { Eta = eta, NoiseScale = noiseScale };
        Latent final = sampler.Sample(calls.Denoise, ToLatent(tensors.Floats($"{id}/x_start")), sigmas, context);

        Assert.Equal(golden.GetProperty("step_first_call").GetArrayLength(), steps);
        calls.AssertAllMade(sampler.StepNoise != StepNoise.None);
        float[] expected = tensors.Floats($"{id}/final");
        Close.Within(expected, final.Values, Tolerance(golden, expected), "final");
        if (tensors.Contains($"{id}/model_x"))
        {
            float[] inputs = tensors.Floats($"{id}/model_x");
            Close.Within(inputs, [.. calls.Inputs], Tolerance(golden, inputs), "input of the network");
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void NoiseFor_BrownianCase_EqualsReference(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label);
        Skip.IfNot(golden.TryGetProperty("brownian_seed", out JsonElement seeds), "This case draws independent noise.");
        SamplerChoice sampler = SamplerCatalog.Find(s_keys[Path.GetFileNameWithoutExtension(file)])!;
        string id = golden.GetProperty("id").GetString()!;
        GoldenTensors tensors = GoldenFolder.Tensors(Path.ChangeExtension(file, ".safetensors"));
        Latent start = ToLatent(tensors.Floats($"{id}/x_start"));

        long seed = long.Parse(seeds[0].ToString(), System.Globalization.CultureInfo.InvariantCulture);
        Func<float, float, Latent> noise = sampler.NoiseFor(seed, new MersenneNoise(seed), start, Floats(golden, "sigmas"));
        List<float> found = [];
        foreach (JsonElement arguments in golden.GetProperty("noise_args_sigma_from_to").EnumerateArray())
        {
            found.AddRange(noise(arguments[0].GetSingle(), arguments[1].GetSingle()).Values);
        }

        Close.BitExact(tensors.Floats($"{id}/noise"), found.ToArray());
    }

    private static double Tolerance(JsonElement golden, float[] expected)
    {
        double largest = expected.Max(Math.Abs);
        JsonElement deviation = golden.GetProperty("max_abs_dev_vs_float64");
        return deviation.ValueKind == JsonValueKind.Number
            ? (4 * deviation.GetDouble()) + (2e-6 * Math.Max(1, largest))
            : 1e-4 * largest;
    }

    private static Latent ToLatent(float[] values) => new(4, 4, 4, values);

    private static float[] Floats(JsonElement golden, string name) => [.. golden.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];

    /// <summary>Plays the network and the noise of a case, and checks that they are asked for what the case lists.</summary>
    private sealed class Calls
    {
        private readonly float[] _sigmas;
        private readonly float[] _timesteps;
        private readonly JsonElement _noiseArguments;
        private readonly float[] _noise;
        private readonly Denoiser _denoise;
        private readonly Func<float, float>? _timestepOf;
        private int _calls;
        private int _draws;

        public Calls(JsonElement golden, GoldenTensors tensors, string id, string prediction)
        {
            _sigmas = Floats(golden, "model_sigma");
            _timesteps = Floats(golden, "model_t");
            _noise = tensors.Contains($"{id}/noise") ? tensors.Floats($"{id}/noise") : [];
            golden.TryGetProperty("noise_args_sigma_from_to", out _noiseArguments);

            // The timesteps of a process with zero terminal noise are of another table, which this version lacks; they are taken as listed.
            _timestepOf = prediction == "v_prediction_zsnr" ? null
                : golden.GetProperty("timestep_rounding").GetString() == "interpolated" ? GoldenNoiseLevels.Own.SigmaToTimestep
                : GoldenNoiseLevels.Own.NearestTimestep;
            _denoise = prediction == "epsilon"
                ? Prediction.EpsilonToDenoiser(StandInNetwork.Predict, Timestep)
                : Prediction.VelocityToDenoiser(StandInNetwork.Predict, Timestep);
        }

        public List<float> Inputs { get; } = [];

        public Latent Denoise(Latent x, float sigma)
        {
            Assert.Equal(_sigmas[_calls], sigma);
            Inputs.AddRange(x.Values);
            return _denoise(x, sigma);
        }

        public Latent Noise(float sigma, float sigmaNext)
        {
            if (_noiseArguments.ValueKind == JsonValueKind.Array && _noiseArguments[_draws].ValueKind == JsonValueKind.Array)
            {
                Assert.Equal(_noiseArguments[_draws][0].GetSingle(), sigma);
                Assert.Equal(_noiseArguments[_draws][1].GetSingle(), sigmaNext);
            }

            return ToLatent(_noise.AsSpan(_draws++ * 64, 64).ToArray());
        }

        /// <param name="draws">Whether the sampler uses noise; those without churn draw it in the reference and throw it away.</param>
        public void AssertAllMade(bool draws)
        {
            Assert.Equal(_sigmas.Length, _calls);
            Assert.Equal(draws ? _noise.Length / 64 : 0, _draws);
        }

        private float Timestep(float sigma)
        {
            float listed = _timesteps[_calls++];
            if (_timestepOf is not null)
            {
                // Interpolated timesteps are as exact as the float32 logarithms of the reference.
                Assert.Equal(listed, _timestepOf(sigma), 2e-3f);
            }

            return listed;
        }
    }
}
