using System.CommandLine;
using System.CommandLine.Parsing;
using SdStudio.Storage.Models;
using SdStudio.Storage.Models.Downloads;

namespace SdStudio.Cli;

/// <summary><c>sdstudio models</c>: lists what is in the model folders, reads them through, computes hashes, and gets more.</summary>
internal static class ModelsCommand
{
    public static Command Build() => new("models", "The models of this computer: what there is, what is wrong with it, and getting more.")
    {
        BuildList(),
        BuildScan(),
        BuildHash(),
        BuildGet(),
    };

    private static Command BuildList()
    {
        Option<ModelKind?> kind = new("--kind") { Description = "Only these.", HelpName = "kind" };
        Option<string?> family = new("--family") { Description = "Only of families whose name contains this.", HelpName = "text" };
        Option<bool> json = new("--json") { Description = "As JSON, for programs." };
        Option<string[]> folders = StudioFolders.NewOption();
        Command command = new("list", "Lists the models: name, family, size, precision, and why one cannot be used.") { kind, family, json, folders };
        command.SetAction((parsed, cancellationToken) => Worker.Run(() =>
        {
            IEnumerable<ModelFile> models = ModelCatalog.ReadFolders(StudioFolders.Find(parsed.GetValue(folders)).Roots, cancellationToken);
            if (parsed.GetValue(kind) is { } one)
            {
                models = models.Where(model => model.Kind == one);
            }

            if (parsed.GetValue(family) is { } text)
            {
                models = models.Where(model => model.Family?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);
            }

            ModelTable.Write([.. models], parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command BuildScan()
    {
        Option<string[]> folders = StudioFolders.NewOption();
        Command command = new("scan", "Reads the headers of everything in the model folders, and tells what was found, how fast, and what is broken.") { folders };
        command.SetAction((parsed, cancellationToken) => Worker.Run(() => ModelScan.Run(StudioFolders.Find(parsed.GetValue(folders)), parsed.InvocationConfiguration.Output, cancellationToken)));
        return command;
    }

    private static Command BuildHash()
    {
        Argument<string[]> names = new("model") { Description = "Names or paths.", Arity = ArgumentArity.OneOrMore };
        Option<string[]> folders = StudioFolders.NewOption();
        Command command = new("hash", "Computes the hashes by which pictures and sites name a model: SHA-256, AutoV1, AutoV2, AutoV3.") { names, folders };
        command.SetAction((parsed, cancellationToken) => ModelHashing.RunAsync(
            StudioFolders.Find(parsed.GetValue(folders)), parsed.GetRequiredValue(names), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellationToken));
        return command;
    }

    private static Command BuildGet()
    {
        Argument<string?> link = new("link") { Description = "A page, repository or file: https://huggingface.co/owner/name, owner/name, https://civitai.com/models/12345, or any .safetensors. Without it, models to begin with.", Arity = ArgumentArity.ZeroOrOne };
        Option<int?> choice = Rules.Between(new Option<int?>("--choice") { Description = "Which of several things behind the link; without it, they are listed.", HelpName = "number" }, 1, 1000);
        Option<string?> place = new("--place") { Description = "What it is, where the guess is wrong.", HelpName = "folder" };
        place.AcceptOnlyFromAmong([.. ModelPlaces.All]);
        Option<string?> hash = new("--sha256") { Description = "The hash that the file must have.", HelpName = "digits", CustomParser = Digits };
        Option<bool> look = new("--look") { Description = "Only tell what the link leads to." };
        Option<string[]> folders = StudioFolders.NewOption();
        Command command = new("get", "Downloads a model into the model folder. Stopped at any moment, the same command goes on with it.") { link, choice, place, hash, look, folders };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ModelGetting getting = new(StudioSettings.Find().Downloads, StudioFolders.Find(parsed.GetValue(folders)).Roots[0], parsed.InvocationConfiguration.Output);
            if (parsed.GetValue(link) is not { } text)
            {
                return getting.ListStarters();
            }

            return await getting.RunAsync(text, parsed.GetValue(choice), parsed.GetValue(place), parsed.GetValue(hash), parsed.GetValue(look), cancellationToken);
        });
        return command;
    }

    private static string? Digits(ArgumentResult result)
    {
        string text = result.Tokens.Single().Value;
        if (Sha256Text.Normalise(text) is { } digits)
        {
            return digits;
        }

        result.AddError($"--sha256 takes 64 digits from 0 to 9 and a to f; \"{text}\" is not that.");
        return null;
    }
}
