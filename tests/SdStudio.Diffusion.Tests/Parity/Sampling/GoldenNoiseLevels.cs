using SdStudio.Diffusion.Sampling;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity.Sampling;

/// <summary>The three tables of noise levels in use; they differ by up to 1e-5, which is more than the tolerances.</summary>
internal static class GoldenNoiseLevels
{
    private const string File = "schedules/tables.safetensors";

    /// <summary>Our own, and that of ComfyUI and Forge.</summary>
    public static NoiseLevels Own { get; } = NoiseLevels.ScaledLinear(1000, 0.00085f, 0.012f);

    /// <summary>Computed in float32.</summary>
    public static NoiseLevels Diffusers => NoiseLevels.FromAlphas(GoldenFolder.Tensors(File).Doubles("alphas_cumprod_diffusers_f32"));

    /// <summary>Computed in double, rounded, then used in float32.</summary>
    public static NoiseLevels A1111 => NoiseLevels.FromSigmas(GoldenFolder.Tensors(File).Floats("sigmas_a1111_kdiffusion_f32"));
}
