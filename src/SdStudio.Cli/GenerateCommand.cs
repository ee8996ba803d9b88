using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SdStudio.Storage.Wildcards;

namespace SdStudio.Cli;

/// <summary><c>sdstudio generate</c>: one recipe becomes one PNG, or a list of prompts a folder of them.</summary>
internal static class GenerateCommand
{
    public static Command Build()
    {
        Option<string> model = new("--model", "-m") { Description = "Model: a path, or a name in the model folders.", Required = true, HelpName = "path-or-name" };
        Option<string?> prompt = new("--prompt", "-p") { Description = "What to draw.", HelpName = "text" };
        Option<string?> prompts = new("--prompts") { Description = "Many pictures: a text file with a prompt a line, or a .json array of objects with \"prompt\" and \"seed\".", HelpName = "file" };
        Option<long?> seed = Rules.Between(new Option<long?>("--seed") { Description = "Same seed, same picture; without it, a random one." }, 0L, long.MaxValue);
        Option<long[]?> seeds = new("--seeds") { Description = "With --prompts: 0-35, or 1,5,20-25; the prompts are taken in turn. Without it, one for each prompt, from 0.", HelpName = "range", CustomParser = SeedList.Parse };
        Option<string> to = new("--out", "-o") { Description = "PNG to write; with --prompts the folder for 0000.png, 0001.png and so on.", Required = true, HelpName = "file.png" };
        Option<string[]> folders = StudioFolders.NewOption();
        Option<string?> wildcards = new("--wildcards") { Description = "Folder of wildcard files for __name__ in prompts; without it, that of appsettings.json.", HelpName = "folder" };
        RecipeOptions recipe = new();
        DeviceOptions device = new();
        Command command = new("generate", "Makes a picture, or many, and writes PNG with the recipe inside.") { model, prompt, prompts, seed, seeds, to, folders, wildcards };
        recipe.AddTo(command);
        device.AddTo(command);
        command.Validators.Add(result => Check(result, prompt, prompts, seed, seeds, to));
        command.SetAction((parsed, cancellationToken) => Worker.Run(() =>
        {
            string path = Path.GetFullPath(parsed.GetRequiredValue(to));
            IReadOnlyList<(string Prompt, long Seed)> words = parsed.GetValue(prompts) is { } file
                ? PromptList.Read(file).Pair(SeedList.Given(parsed, seeds))
                : [(parsed.GetValue(prompt)!, parsed.GetValue(seed) ?? System.Random.Shared.NextInt64())];
            return new Generation
            {
                Model = new ChosenModel(StudioFolders.Find(parsed.GetValue(folders)), parsed.GetRequiredValue(model), recipe.Read(parsed)),
                Words = words,
                Wildcards = new WildcardFolder(parsed.GetValue(wildcards) is { } given ? Path.GetFullPath(given) : StudioSettings.Find().Wildcards, TimeProvider.System),
                Paths = parsed.GetValue(prompts) is null ? [path] : [.. words.Select((_, k) => Path.Combine(path, k.ToString("0000", CultureInfo.InvariantCulture) + ".png"))],
                Device = device.Read(parsed),
                Output = parsed.InvocationConfiguration.Output,
            }.Run(cancellationToken);
        }));
        return command;
    }

    private static void Check(CommandResult result, Option<string?> prompt, Option<string?> prompts, Option<long?> seed, Option<long[]?> seeds, Option<string> to)
    {
        bool isMany = result.GetResult(prompts) is not null;
        bool endsAsPng = result.GetResult(to)?.Tokens is [Token path] && path.Value.EndsWith(".png", StringComparison.OrdinalIgnoreCase);
        if (isMany == result.GetResult(prompt) is not null)
        {
            result.AddError("Give the words with --prompt, or a file of them with --prompts.");
        }
        else if (result.GetResult(isMany ? seed : seeds) is not null)
        {
            result.AddError(isMany ? "With --prompts the seeds are given by --seeds or by the file, not by --seed." : "--seeds goes with --prompts; one picture takes --seed.");
        }
        else if (result.GetResult(to) is not null && isMany == endsAsPng)
        {
            result.AddError(isMany ? "With --prompts --out takes the name of a folder." : "--out takes the name of a .png file.");
        }
    }
}
