using System.CommandLine;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Sampling;

namespace SdStudio.Cli;

/// <summary><c>sdstudio generate</c>: one recipe becomes one PNG.</summary>
internal static class GenerateCommand
{
    public static Command Build()
    {
        Option<string> model = new("--model", "-m") { Description = "Model: a path, or a name in the model folders.", Required = true, HelpName = "path-or-name" };
        Option<string> prompt = new("--prompt", "-p") { Description = "What to draw.", Required = true, HelpName = "text" };
        Option<string> negative = new("--negative") { Description = "What to leave out.", HelpName = "text", DefaultValueFactory = _ => "" };
        Option<int> steps = Rules.Between(new Option<int>("--steps") { Description = "Steps of denoising.", DefaultValueFactory = _ => 20 }, 1, 1000);
        Option<string> sampler = new("--sampler") { Description = "The stepping rule.", DefaultValueFactory = _ => "dpmpp_2m" };
        Option<string?> schedule = new("--schedule") { Description = "Where the steps lie; without it, the one that goes with the sampler." };
        Option<float> guidance = Rules.Between(new Option<float>("--guidance") { Description = "How strictly to follow the prompt; 1 is not at all.", DefaultValueFactory = _ => 7 }, 0, 100);
        Option<long?> seed = Rules.Between(new Option<long?>("--seed") { Description = "Same seed, same picture; without it, a random one." }, 0L, long.MaxValue);
        Option<int?> width = Rules.Between(new Option<int?>("--width") { Description = "Pixels; without it, the size the model was trained on." }, 1, 16384);
        Option<int?> height = Rules.Between(new Option<int?>("--height") { Description = "Pixels; without it, the size the model was trained on." }, 1, 16384);
        Option<int> clipSkip = Rules.Between(new Option<int>("--clip-skip") { Description = "Layer of the text encoder, counted from the end.", DefaultValueFactory = _ => 1 }, 1, 64);
        Option<LoraSelection[]> loras = new("--lora") { Description = "LoRA and its strength; may be given several times.", HelpName = "name:weight", CustomParser = LoraArgument.Parse };
        Option<string> outFile = new("--out", "-o") { Description = "PNG to write.", Required = true, HelpName = "file.png" };
        Option<string[]> folders = StudioFolders.NewOption();
        DeviceOptions device = new();

        sampler.AcceptOnlyFromAmong([.. SamplerCatalog.All.Select(row => row.Key)]);
        schedule.AcceptOnlyFromAmong([.. Schedules.All.Select(row => row.Key)]);
        outFile.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } path && !path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            {
                result.AddError("--out takes the name of a .png file.");
            }
        });

        Command command = new("generate", "Makes one picture and writes it as PNG with the recipe inside.")
        {
            model, prompt, negative, steps, sampler, schedule, guidance, seed, width, height, clipSkip, loras, outFile, folders,
        };
        device.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Worker.Run(() => new Generation
        {
            Folders = StudioFolders.Find(parsed.GetValue(folders)),
            Model = parsed.GetRequiredValue(model),
            Prompt = parsed.GetRequiredValue(prompt),
            NegativePrompt = parsed.GetRequiredValue(negative),
            Steps = parsed.GetValue(steps),
            Sampler = parsed.GetRequiredValue(sampler),
            Schedule = parsed.GetValue(schedule),
            GuidanceScale = parsed.GetValue(guidance),
            Seed = parsed.GetValue(seed),
            Width = parsed.GetValue(width),
            Height = parsed.GetValue(height),
            ClipSkip = parsed.GetValue(clipSkip),
            Loras = parsed.GetValue(loras) ?? [],
            Path = Path.GetFullPath(parsed.GetRequiredValue(outFile)),
            Device = device.Read(parsed),
            Output = parsed.InvocationConfiguration.Output,
        }.Run(cancellationToken)));
        return command;
    }
}
