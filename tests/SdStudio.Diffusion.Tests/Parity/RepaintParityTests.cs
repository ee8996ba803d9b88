using System.Text.Json;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Sampling;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity;

/// <summary>
/// The reference's loops that begin with a picture: from its noised latent, with a network that is told the mask and the picture around it, and
/// with an ordinary one whose kept area is put back after every step. Encoder, network, samplers and decoder are this program's; the loop around
/// them is as short as it can be.
/// </summary>
[Trait("Category", "Parity")]
public sealed class RepaintParityTests
{
    private const double LatentTolerance = 1e-4, ImageTolerance = 1e-3, EncoderTolerance = 1e-4;

    private const string Picture = "image_u8", Mask = "mask_latent", Surroundings = "masked_image_latents";

    public static TheoryData<string, string> Cases => GoldenFolder.Cases("e2e/*-img2img-inpaint.json");

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Loop_FromAPicture_EndsInTheSameLatent(string file, string label)
    {
        JsonElement settings = GoldenFolder.Case(file, label);
        string scheduler = settings.GetProperty("sampler").GetString()!;
        Skip.IfNot(EndToEndParityTests.s_samplers.ContainsKey(scheduler), $"{scheduler} is not among this version's samplers.");
        EndToEndParityTests.RequireKnown(settings.GetProperty("scheduler_config"));
        GoldenTensors golden = GoldenFolder.Tensors(Path.ChangeExtension(file, ".safetensors"));
        string at = $"{settings.GetProperty("index").GetInt32()}/";
        InferenceDevice device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu });
        using LoadedModel model = EndToEndParityTests.Load("sd15-tiny", device);
        using UNet? inpainting = settings.GetProperty("model").GetString() == "sd15-inpaint-tiny" ? Inpainting(model, device) : null;

        if (golden.Contains(at + "init_latents"))
        {
            EndToEndParityTests.Within(golden.Floats(at + "init_latents"), EncodePicture(model, device, golden, at), EncoderTolerance, at + "init_latents");
        }

        Latent final = Run(model, inpainting ?? model.UNet, settings, golden, at, SamplerCatalog.Find(EndToEndParityTests.s_samplers[scheduler])!);

        EndToEndParityTests.Within(golden.Floats(at + "latents_final"), final, LatentTolerance, at + "latents_final");
        if (golden.Contains(at + "image_final"))
        {
            float[] image = model.VaeDecoder.Decode(final / model.Checkpoint.VaeSettings.ScalingFactor, CancellationToken.None);
            Close.Within(golden.Floats(at + "image_final"), image, ImageTolerance, at + "image_final");
        }
    }

    private static UNet Inpainting(LoadedModel model, InferenceDevice device) =>
        new(device, new InpaintWeights(model.Checkpoint.UNet, GoldenFolder.Tensors("models/sd15-inpaint-tiny/unet/conv_in.safetensors")), model.Checkpoint.UNetSettings);

    /// <summary>Mean plus noise of the encoder's own spread, as the reference draws it.</summary>
    private static Latent EncodePicture(LoadedModel model, InferenceDevice device, GoldenTensors golden, string at)
    {
        long[] shape = golden.Shape(Picture);
        byte[] planes = golden.Bytes(Picture), pixels = new byte[planes.Length];
        int count = pixels.Length / 3;
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[(i % count * 3) + (i / count)] = planes[i];
        }

        using VaeEncoder encoder = new(device, model.Checkpoint);
        (Latent mean, Latent logVariance) = encoder.Encode(new RgbImage((int)shape[3], (int)shape[2], pixels), CancellationToken.None);
        float[] noise = golden.Floats(at + "posterior_noise");
        return mean.With([.. noise.Select((draw, i) => mean.Values[i] + (MathF.Exp(0.5f * logVariance.Values[i]) * draw))]) * model.Checkpoint.VaeSettings.ScalingFactor;
    }

    private static Latent Run(LoadedModel model, UNet unet, JsonElement settings, GoldenTensors golden, string at, SamplerChoice sampler)
    {
        float guidance = settings.GetProperty("guidance_scale").GetSingle();
        Conditioning positive = EndToEndParityTests.Encode(model, settings.GetProperty("prompt").GetString()!, 0);
        Conditioning negative = EndToEndParityTests.Encode(model, settings.GetProperty("negative_prompt").GetString()!, 0);

        float[] timesteps = golden.Floats(at + "timesteps_used");
        float[] sigmas = golden.Contains(at + "sigmas")
            ? golden.Floats(at + "sigmas")[^(timesteps.Length + 1)..]
            : [.. timesteps.Select(model.NoiseLevels.TimestepToSigma), model.NoiseLevels.Min];

        // Euler alone steps clean latent plus noise, as all do here; the others of the reference step latents of unit variance.
        bool isUnitVariance = sampler.Key != "euler";
        float Scale(float sigma) => isUnitVariance ? MathF.Sqrt((sigma * sigma) + 1) : 1;
        Latent Stored(string name) => new((int)golden.Shape(at + name)[1], (int)golden.Shape(at + name)[2], (int)golden.Shape(at + name)[3], golden.Floats(at + name));

        Latent noise = Stored("noise");
        Latent start = settings.GetProperty("strength").GetSingle() < 1 ? Stored("init_latents") + (noise * sigmas[0]) : noise * Scale(sigmas[0]);
        if (golden.Contains(at + Mask))
        {
            // Without a mask the data keeps the start before its noise is added.
            EndToEndParityTests.Within(golden.Floats(at + "latents_start"), start / Scale(sigmas[0]), LatentTolerance, at + "latents_start");
        }

        int step = 0;
        Latent Network(Latent x, float timestep)
        {
            Latent whole = unet.InChannels == x.Channels ? x : x.Beside(MaskedPicture.Of(Stored(Mask), Stored(Surroundings)));
            (Latent conditional, Latent unconditional) = unet.PredictPair(whole, timestep, positive, negative, CancellationToken.None);
            return Guidance.Combine(conditional, unconditional, guidance);
        }

        Denoiser denoise = Prediction.EpsilonToDenoiser(Network, _ => timesteps[step]);
        SamplingContext context = new((_, _) => throw new InvalidOperationException("These loops draw no noise."), (_, _) => step++, CancellationToken.None)
        {
            Eta = 0,
        };
        bool putsBack = golden.Contains(at + Mask) && unet.InChannels == start.Channels;
        if (!putsBack)
        {
            return sampler.Sample(denoise, start, sigmas, context) / Scale(sigmas[^1]);
        }

        Latent picture = Stored("init_latents"), mask = Stored(Mask), now = start;
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            now = sampler.Sample(denoise, now, sigmas.AsSpan(i, 2), context);
            bool isLast = i == sigmas.Length - 2;
            now = Blend(isLast ? picture * Scale(sigmas[^1]) : picture + (noise * sigmas[i + 1]), now, mask);
        }

        return now / Scale(sigmas[^1]);
    }

    /// <param name="mask">One channel; 1 is repainted.</param>
    private static Latent Blend(Latent kept, Latent repainted, Latent mask)
    {
        float[] values = new float[kept.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            float share = mask.Values[i % mask.Values.Length];
            values[i] = (kept.Values[i] * (1 - share)) + (repainted.Values[i] * share);
        }

        return kept.With(values);
    }
}
