using System.CommandLine;
using System.CommandLine.Parsing;
using SdStudio.Storage.Models;
using SdStudio.Storage.Models.Downloads;

namespace SdStudio.Cli;

/// <summary><c>sdstudio tokenizer</c>: fetches the two files that single-file checkpoints lack.</summary>
internal static class TokenizerCommand
{
    public static Command Build()
    {
        Option<string[]> folders = StudioFolders.NewOption();
        Option<Uri?> source = new("--from") { Description = "Another place to download from; the files are checked all the same.", HelpName = "url", CustomParser = Address };
        Command download = new("download", "Downloads CLIP's vocab.json and merges.txt into the model folder, about 1.5 MB.") { folders, source };
        download.SetAction(async (parsed, cancellationToken) =>
        {
            DownloadSettings allowed = StudioSettings.Find().Downloads;
            TokenizerDownloadSettings settings = new() { Offline = allowed.Offline, AllowedHosts = allowed.AllowedHosts };
            using TokenizerDownload tokenizer = new(parsed.GetValue(source) is { } other ? settings with { Source = other } : settings);
            string folder = await tokenizer.RunAsync(StudioFolders.Find(parsed.GetValue(folders)).Roots[0], progress: null, cancellationToken);
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"The tokenizer is in {folder}.");
            return ExitCode.Success;
        });
        return new Command("tokenizer", "The files that turn a prompt into tokens, which single-file checkpoints lack.") { download };
    }

    private static Uri? Address(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens.Single().Value, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp))
        {
            return address;
        }

        result.AddError($"--from takes an address such as https://example.org/folder/; \"{result.Tokens.Single().Value}\" is not one.");
        return null;
    }
}
