using System.CommandLine;
using SdStudio.Diffusion;

namespace SdStudio.Cli;

/// <summary>The knobs of samplers; each sampler heeds some of them.</summary>
internal sealed class KnobOptions
{
    private readonly Option<float?> _eta = Rules.Between(
        new Option<float?>("--eta") { Description = "Noise that a step replaces, 0 is none and 1 is all; without it, as the sampler's authors have it." }, 0, 1);

    private readonly Option<float> _churn = Rules.Between(
        new Option<float>("--churn") { Description = "Noise that is added before steps, over all of them (Euler, Heun, DPM2)." }, 0, 1000);

    private readonly Option<float> _churnMin = Rules.Between(new Option<float>("--churn-min") { Description = "Lowest sigma at which churn acts." }, 0, 10000);

    private readonly Option<float?> _churnMax = Rules.Between(new Option<float?>("--churn-max") { Description = "Highest sigma at which churn acts." }, 0, 10000);

    private readonly Option<float> _noiseScale = Rules.Between(
        new Option<float>("--noise-scale") { Description = "Factor on the noise that a sampler draws.", DefaultValueFactory = _ => 1 }, 0, 10);

    private readonly Option<int?> _order = Rules.Between(
        new Option<int?>("--order") { Description = "How many estimates a multistep sampler combines; without it, as many as it was made for." }, 1, 4);

    public void AddTo(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_eta, _churn, _churnMin, _churnMax, _noiseScale, _order])
        {
            command.Add(option);
        }
    }

    public SamplerSettings Read(ParseResult parsed) => new()
    {
        Eta = parsed.GetValue(_eta),
        Churn = parsed.GetValue(_churn),
        ChurnMin = parsed.GetValue(_churnMin),
        ChurnMax = parsed.GetValue(_churnMax),
        NoiseScale = parsed.GetValue(_noiseScale),
        Order = parsed.GetValue(_order),
    };
}
