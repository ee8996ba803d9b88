using System.CommandLine;
using SdStudio.Storage.Owner;

namespace SdStudio.Cli;

/// <summary><c>sdstudio passphrase</c>: sets the owner's passphrase, with which other devices at home may get models.</summary>
internal static class PassphraseCommand
{
    public static Command Build()
    {
        Option<string?> data = new("--data") { Description = "The folder that keeps everything. Without it, Gallery:Folder of appsettings.json.", HelpName = "folder" };
        Option<bool> remove = new("--remove") { Description = "Take the passphrase away: then only this computer may get models." };
        Command command = new("passphrase", "Sets the owner's passphrase: typed here, or read from the first line of the input.") { data, remove };
        command.SetAction(parsed =>
        {
            OwnerPassphrase passphrase = new(Path.GetFullPath(parsed.GetValue(data) ?? StudioSettings.Find().DataFolder));
            TextWriter output = parsed.InvocationConfiguration.Output;
            return parsed.GetValue(remove)
                ? Remove(passphrase, output)
                : Set(passphrase, Console.IsInputRedirected ? _ => Console.In.ReadLine() : prompt => Type(prompt, output), isTyped: !Console.IsInputRedirected, output, parsed.InvocationConfiguration.Error);
        });
        return command;
    }

    /// <param name="ask">Gets the words, or null when there are none.</param>
    /// <param name="isTyped">By a person, who may mistype: then they are asked for twice.</param>
    internal static int Set(OwnerPassphrase passphrase, Func<string, string?> ask, bool isTyped, TextWriter output, TextWriter error)
    {
        string words = ask("Passphrase: ") ?? "";
        if (OwnerPassphrase.Complaint(words) is { } complaint)
        {
            error.WriteLine(complaint);
            return ExitCode.Failure;
        }

        if (isTyped && ask("Once more:  ") != words)
        {
            error.WriteLine("The two are not the same, so nothing was changed.");
            return ExitCode.Failure;
        }

        passphrase.Set(words);
        output.WriteLine("The owner's passphrase is set. Whoever proved an older one has to prove this one.");
        return ExitCode.Success;
    }

    private static int Remove(OwnerPassphrase passphrase, TextWriter output)
    {
        passphrase.Remove();
        output.WriteLine("There is no owner's passphrase now: only this computer may get models.");
        return ExitCode.Success;
    }

    /// <summary>Reads a line that the screen does not show.</summary>
    private static string Type(string prompt, TextWriter output)
    {
        output.Write(prompt);
        List<char> words = [];
        for (ConsoleKeyInfo key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                words = words[..Math.Max(0, words.Count - 1)];
            }
            else if (!char.IsControl(key.KeyChar))
            {
                words.Add(key.KeyChar);
            }
        }

        output.WriteLine();
        return string.Concat(words);
    }
}
