using System.Collections.Frozen;

namespace SdStudio.Diffusion.Sampling;

/// <summary>
/// The programs whose pictures can be made again, and their habits. All is as a fresh installation has it; what their settings change, a recipe
/// says by itself.
/// </summary>
public static class ProgramCatalog
{
    /// <summary>The samplers that diffusers' multistep schedulers are.</summary>
    private static readonly string[] s_multistep = ["deis", "dpmpp_2m", "dpmpp_2m_sde", "dpmpp_2m_sde_heun", "dpmpp_3m_sde", "unipc", "unipc_bh2"];

    public static IReadOnlyList<ProgramHabits> All { get; } =
    [
        new(CompatibilityProfile.SdStudio, "SdStudio", "SdStudio’s own way: noise of the processor, the same on every machine."),

        // Noise of the graphics card; three samplers of its own, which know no schedule. Forge does the same but rounds timesteps, as ComfyUI.
        new(CompatibilityProfile.A1111, "A1111, Forge", "Noise as an NVIDIA card draws it; DDIM, PLMS and UniPC take timesteps of their own.")
        {
            Noise = NoiseSource.Nvidia,
            UnitVariance = ["ddim", "plms", "unipc", "unipc_bh2"],
            DropsPenultimate = ["dpm2", "dpm2_a", "dpmpp_3m_sde"],
            OwnLevels = ProgramLevels.For(["ddim", "plms"], ProgramLevels.FromTheFirst)
                .Concat(ProgramLevels.For(["unipc", "unipc_bh2"], ProgramLevels.EvenTime)).ToFrozenDictionary(),
        },

        // On the way it draws on the graphics card, which most people have; on a processor it would be its noise with the next seed.
        new(CompatibilityProfile.ComfyUi, "ComfyUI", "Noise of the processor, whole timesteps, weights measured against an empty prompt, one draw for a batch.")
        {
            Emphasis = EmphasisMode.ComfyUi,
            StepNoise = NoiseSource.Nvidia,
            DrawsBatchAtOnce = true,
            Rounding = TimestepRounding.Nearest,
            Start = StartScaling.VarianceAtTheTop,
            DropsPenultimate = ["dpm2", "dpm2_a", "unipc", "unipc_bh2"],
        },

        new(CompatibilityProfile.Diffusers, "diffusers", "Noise of the processor, timesteps as its schedulers list them, no weights of words, one draw for a batch.")
        {
            Emphasis = EmphasisMode.Ignore,
            DrawsBatchAtOnce = true,
            Rounding = TimestepRounding.NearestAtUnitVariance,
            Start = StartScaling.VarianceWhereLeading,
            UnitVariance = [.. s_multistep, "ddim", "ddpm", "lcm", "plms", "tcd"],
            DropsPenultimate = [],
            OwnLevels = ProgramLevels.For([.. s_multistep.Select(sampler => $"{sampler}/linspace")], ProgramLevels.LinspaceOfOneMore)
                .Concat(ProgramLevels.For([.. s_multistep.Select(sampler => $"{sampler}/leading")], ProgramLevels.LeadingOfOneMore)).ToFrozenDictionary(),
            Orders = new Dictionary<string, int> { ["deis"] = 2, ["unipc"] = 2, ["unipc_bh2"] = 2 }.ToFrozenDictionary(),
        },
    ];

    /// <summary>Those of SdStudio for a profile that is not known.</summary>
    public static ProgramHabits Of(CompatibilityProfile profile) => All.FirstOrDefault(habits => habits.Profile == profile) ?? All[0];

    /// <summary>What weights of words do in a recipe: what it says, else what its program does.</summary>
    public static EmphasisMode EmphasisFor(ImageRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.Emphasis ?? Of(recipe.Profile).Emphasis;
    }
}
