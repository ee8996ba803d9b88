using System.CommandLine;
using SdStudio.Storage.Imaging;

namespace SdStudio.Cli;

/// <summary><c>sdstudio sheet</c>: unselected pictures side by side in one file.</summary>
internal static class SheetCommand
{
    public static Command Build()
    {
        Argument<string> model = new("model") { Description = "Model: a path, or a name in the model folders." };
        Option<string[]> prompt = new("--prompt", "-p") { Description = "What to draw; may be given several times. Without prompts, the examples of the model's card.", HelpName = "text" };
        Option<string?> prompts = new("--prompts") { Description = "A text file with a prompt a line, or a .json array of objects with \"prompt\" and \"seed\".", HelpName = "file" };
        Option<long[]?> seeds = new("--seeds") { Description = "A picture for each: 0-35, or 1,5,20-25; the prompts are taken in turn. Without it, one for each prompt, from 0.", HelpName = "range", CustomParser = SeedList.Parse };
        Option<int> columns = Rules.Between(new Option<int>("--columns") { Description = "Pictures in a row.", DefaultValueFactory = _ => 6 }, 1, 100);
        Option<int> size = Rules.Between(new Option<int>("--size") { Description = "Longest side of a picture on the sheet, pixels; smaller pictures stay as they are.", DefaultValueFactory = _ => 256 }, 16, 2048);
        Option<bool> captions = new("--captions") { Description = "Writes the prompt under each picture, with this computer's font." };
        Option<int> most = Rules.Between(new Option<int>("--max-size") { Description = "Kilobytes the file may have; its quality is lowered until it fits.", DefaultValueFactory = _ => 1000 }, 10, 100_000);
        Option<string> to = new("--out", "-o") { Description = "WebP or JPEG to write.", Required = true, HelpName = "file.webp" };
        Option<string[]> folders = StudioFolders.NewOption();
        RecipeOptions recipe = new();
        DeviceOptions device = new();
        to.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } path && ContactSheet.FormatOf(path) is null)
            {
                result.AddError("--out takes the name of a .webp or .jpg file.");
            }
        });

        Command command = new("sheet", "Makes a contact sheet: many pictures of a model, none picked out, in one file.") { model, prompt, prompts, seeds, columns, size, captions, most, to, folders };
        recipe.AddTo(command);
        device.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(prompt) is not null && result.GetResult(prompts) is not null)
            {
                result.AddError("Give the words with --prompt, or a file of them with --prompts.");
            }
        });
        command.SetAction((parsed, cancellationToken) => Worker.Run(() => new SheetMaking
        {
            Model = new ChosenModel(StudioFolders.Find(parsed.GetValue(folders)), parsed.GetRequiredValue(model), recipe.Read(parsed)),
            Prompts = parsed.GetValue(prompts) is { } file ? PromptList.Read(file)
                : parsed.GetValue(prompt) is { Length: > 0 } given ? PromptList.Of("--prompt", given)
                : null,
            Seeds = SeedList.Given(parsed, seeds),
            Columns = parsed.GetValue(columns),
            Size = parsed.GetValue(size),
            HasCaptions = parsed.GetValue(captions),
            MostBytes = parsed.GetValue(most) * 1000,
            Path = Path.GetFullPath(parsed.GetRequiredValue(to)),
            Device = device.Read(parsed),
            Output = parsed.InvocationConfiguration.Output,
        }.Run(cancellationToken)));
        return command;
    }
}
