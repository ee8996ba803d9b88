using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Sampling;

namespace SdStudio.Cli;

/// <summary>How a seed becomes noise.</summary>
internal sealed class NoiseOptions
{
    private readonly Option<NoiseSource?> _source = new("--noise") { Description = "Whose random numbers: Cpu, as ComfyUI and diffusers, or Nvidia, as a card in A1111; without it, as the profile has it." };

    private readonly Option<long> _variationSeed = Rules.Between(
        new Option<long>("--variation-seed") { Description = "Another seed whose noise is mixed in." }, 0, long.MaxValue);

    private readonly Option<float> _variationStrength = Rules.Between(
        new Option<float>("--variation-strength") { Description = "The share of the way to the noise of the variation seed." }, 0, 1);

    private readonly Option<(int, int)> _resizeFrom = new("--seed-resize-from")
    {
        Description = "Size of another picture with this seed, whose noise stays in the middle of this one.",
        HelpName = "WIDTHxHEIGHT",
        CustomParser = result => Pair(result, 'x', 1, 16384, "a size such as 512x768"),
    };

    private readonly Option<int> _delta = new("--step-seed-delta") { Description = "What is added to the seed for the noise that a sampler draws on the way (ENSD).", HelpName = "number" };

    private readonly Option<NoiseSource?> _stepSource = new("--step-noise") { Description = "Whose random numbers a sampler draws on the way; without it, as the profile has it, else it goes on where the first noise ends." };

    private readonly Option<(int, int)> _batch = new("--batch")
    {
        Description = "Which picture of how many whose noise is one draw, as in ComfyUI.",
        HelpName = "PLACE/COUNT",
        CustomParser = result => Pair(result, '/', 1, 64, "a place and a count such as 2/4"),
    };

    public void AddTo(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_source, _variationSeed, _variationStrength, _resizeFrom, _delta, _stepSource, _batch])
        {
            command.Add(option);
        }
    }

    /// <param name="habits">The program whose random numbers are meant where nothing is said.</param>
    public NoiseSettings Read(ParseResult parsed, ProgramHabits habits)
    {
        (int width, int height) = parsed.GetValue(_resizeFrom);
        (int place, int count) = parsed.GetValue(_batch);
        return new NoiseSettings
        {
            Source = parsed.GetValue(_source) ?? habits.Noise,
            VariationSeed = parsed.GetValue(_variationSeed),
            VariationStrength = parsed.GetValue(_variationStrength),
            ResizeFromWidth = width,
            ResizeFromHeight = height,
            StepSeedDelta = parsed.GetValue(_delta),
            StepSource = parsed.GetValue(_stepSource) ?? habits.StepNoise,
            BatchSize = Math.Max(count, 1),
            BatchIndex = Math.Max(place - 1, 0),
        };
    }

    private static (int, int) Pair(ArgumentResult result, char between, int least, int most, string wanted)
    {
        string text = result.Tokens[0].Value;
        int at = text.IndexOf(between, StringComparison.OrdinalIgnoreCase);
        if (at > 0
            && int.TryParse(text.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out int first) && first >= least && first <= most
            && int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int second) && second >= least && second <= most)
        {
            return (first, second);
        }

        result.AddError($"{result.Argument.Name} takes {wanted}; \"{text}\" is not that.");
        return default;
    }
}
