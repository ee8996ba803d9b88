using System.CommandLine;
using SdStudio.Diffusion.Inference;
using SdStudio.Storage.Models;

namespace SdStudio.Cli;

/// <summary><c>sdstudio bench</c>: how fast a model runs here, as JSON.</summary>
internal static class BenchCommand
{
    public static Command Build()
    {
        Option<string> model = new("--model", "-m") { Description = "Model: a path, or a name in the model folders.", Required = true, HelpName = "path-or-name" };
        Option<int> steps = Rules.Between(new Option<int>("--steps") { Description = "Steps to measure, after one to warm up.", DefaultValueFactory = _ => 3 }, 1, 1000);
        Option<int?> width = Rules.Between(new Option<int?>("--width") { Description = "Pixels; without it, the size the model was trained on." }, 1, 16384);
        Option<int?> height = Rules.Between(new Option<int?>("--height") { Description = "Pixels; without it, the size the model was trained on." }, 1, 16384);
        Option<float> guidance = Rules.Between(new Option<float>("--guidance") { Description = "1 is one evaluation a step, anything else two.", DefaultValueFactory = _ => 7 }, 0, 100);
        Option<bool> noDecode = new("--no-decode") { Description = "Leave out decoding the picture." };
        Option<string[]> lora = new("--lora") { Description = "Also measure merging this LoRA and taking it out, 50 times; several are merged together.", HelpName = "path-or-name" };
        Option<string[]> folders = StudioFolders.NewOption();
        DeviceOptions device = new();
        Command command = new("bench", "Measures loading, steps and memory, and prints them as JSON.") { model, steps, width, height, guidance, noDecode, lora, folders };
        device.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Worker.Run(() =>
        {
            StudioFolders studio = StudioFolders.Find(parsed.GetValue(folders));
            (string name, string path) = studio.Locate(ModelKind.Checkpoint, parsed.GetRequiredValue(model));
            InferenceSettings settings = device.Read(parsed);
            string[] loras = [.. (parsed.GetValue(lora) ?? []).Select(named => studio.Locate(ModelKind.Lora, named).Path)];
            Bench bench = new(name, path, settings, parsed.GetValue(guidance) != 1, !parsed.GetValue(noDecode), loras);
            BenchReport report = bench.Run(parsed.GetValue(width), parsed.GetValue(height), parsed.GetValue(steps), cancellationToken);
            parsed.InvocationConfiguration.Output.WriteLine(report.ToJson());
            return ExitCode.Success;
        }));
        return command;
    }
}
