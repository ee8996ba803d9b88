using System.CommandLine;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Sampling;

namespace SdStudio.Cli;

/// <summary>Options about the recipe, all but its words and its seed.</summary>
internal sealed class RecipeOptions
{
    private readonly Option<string?> _negative = new("--negative") { Description = "What to leave out.", HelpName = "text" };

    private readonly Option<int?> _steps = Rules.Between(new Option<int?>("--steps") { Description = "Steps of denoising; without it, what the model recommends, else 20." }, 1, 1000);

    private readonly Option<string?> _sampler = new("--sampler") { Description = "The stepping rule; without it, what the model recommends, else dpmpp_2m." };

    private readonly Option<string?> _schedule = new("--schedule") { Description = "Where the steps lie; without it, the one that goes with the sampler." };

    private readonly Option<float?> _guidance = Rules.Between(
        new Option<float?>("--guidance") { Description = "How strictly to follow the prompt, 1 is not at all; without it, what the model recommends, else 7." }, 0, 100);

    private readonly Option<int?> _width = Rules.Between(new Option<int?>("--width") { Description = "Pixels; without it, the size the model was trained on." }, 1, 16384);

    private readonly Option<int?> _height = Rules.Between(new Option<int?>("--height") { Description = "Pixels; without it, the size the model was trained on." }, 1, 16384);

    private readonly Option<int> _clipSkip = Rules.Between(
        new Option<int>("--clip-skip") { Description = "Layer of the text encoder, counted from the end.", DefaultValueFactory = _ => 1 }, 1, 64);

    private readonly Option<LoraSelection[]> _loras = new("--lora")
    {
        Description = "LoRA and its strength, or its strengths in the text encoders and the UNet; may be given several times.",
        HelpName = "name[:text]:weight",
        CustomParser = LoraArgument.Parse,
    };

    private readonly Option<string?> _refiner = new("--refiner") { Description = "A second model that takes the last steps, such as the refiner of Stable Diffusion XL.", HelpName = "path-or-name" };

    private readonly Option<float> _switchAt = Rules.Between(
        new Option<float>("--refiner-switch") { Description = "The share of the steps after which the refiner takes over.", DefaultValueFactory = _ => 0.8f }, 0, 1);

    private readonly Option<string?> _vae = new("--vae") { Description = "The VAE that decodes; without it, the model's own or the one that is found for it.", HelpName = "path-or-name" };

    private readonly Option<string[]> _textEncoders = new("--text-encoder")
    {
        Description = "The text encoder that reads the prompt. A model with two takes the option twice, in its order; an empty name leaves one to the model.",
        HelpName = "path-or-name",
    };

    private readonly Option<CompatibilityProfile> _profile = new("--profile") { Description = "The program whose picture it should be: its noise, start, timesteps, weights of words and last steps where nothing else is said." };

    private readonly Option<EmphasisMode?> _emphasis = new("--emphasis") { Description = "What weights of words do; without it, as the profile has it." };

    private readonly KnobOptions _knobs = new();

    private readonly NoiseOptions _noise = new();

    private readonly Option<bool> _draft = new("--draft") { Description = "Quick, rough pictures, with the setting that the model brings along for them." };

    public RecipeOptions()
    {
        _sampler.AcceptOnlyFromAmong([.. SamplerCatalog.All.Select(row => row.Key)]);
        _schedule.AcceptOnlyFromAmong([.. Schedules.All.Select(row => row.Key)]);
    }

    public void AddTo(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_negative, _steps, _sampler, _schedule, _guidance, _width, _height, _clipSkip, _loras, _refiner, _switchAt, _vae, _textEncoders, _draft, _profile, _emphasis])
        {
            command.Add(option);
        }

        _knobs.AddTo(command);
        _noise.AddTo(command);
    }

    public RecipeChoices Read(ParseResult parsed) => new()
    {
        NegativePrompt = parsed.GetValue(_negative),
        Steps = parsed.GetValue(_steps),
        Sampler = parsed.GetValue(_sampler),
        Schedule = parsed.GetValue(_schedule),
        GuidanceScale = parsed.GetValue(_guidance),
        Width = parsed.GetValue(_width),
        Height = parsed.GetValue(_height),
        ClipSkip = parsed.GetValue(_clipSkip),
        Loras = parsed.GetValue(_loras) ?? [],
        Refiner = parsed.GetValue(_refiner),
        SwitchAt = parsed.GetValue(_switchAt),
        Vae = parsed.GetValue(_vae),
        TextEncoders = parsed.GetValue(_textEncoders) ?? [],
        SamplerSettings = _knobs.Read(parsed),
        Noise = _noise.Read(parsed, ProgramCatalog.Of(parsed.GetValue(_profile))),
        Profile = parsed.GetValue(_profile),
        Emphasis = parsed.GetValue(_emphasis),
        IsDraft = parsed.GetValue(_draft),
    };
}
