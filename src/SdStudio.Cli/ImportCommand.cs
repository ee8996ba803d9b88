using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Import;
using SdStudio.Storage.Metadata;

namespace SdStudio.Cli;

/// <summary><c>sdstudio import</c>: takes a folder of another program's pictures into the gallery, or tells how one picture was made.</summary>
internal static class ImportCommand
{
    public static Command Build()
    {
        Argument<string> folder = new("folder") { Description = "The folder, with all folders in it; or one picture, of which it is only told how it was made." };
        Option<bool> stay = new("--no-copy") { Description = "Leave the pictures where they are: only small copies are made." };
        Option<string?> data = new("--data") { Description = "The folder that keeps everything. Without it, Gallery:Folder of appsettings.json.", HelpName = "folder" };
        Command command = new("import", "Takes pictures of other programs into the gallery, with the recipes that their files tell. Stopped at any moment, the same command goes on.") { folder, stay, data };
        command.SetAction((parsed, cancellationToken) =>
        {
            string path = Path.GetFullPath(parsed.GetRequiredValue(folder));
            TextWriter output = parsed.InvocationConfiguration.Output, error = parsed.InvocationConfiguration.Error;
            return File.Exists(path)
                ? Task.FromResult(Tell(path, output))
                : RunAsync(path, !parsed.GetValue(stay), Path.GetFullPath(parsed.GetValue(data) ?? StudioSettings.Find().DataFolder), output, error, cancellationToken);
        });
        return command;
    }

    internal static async Task<int> RunAsync(string folder, bool copies, string data, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        using IDisposable? folderLock = FolderLock.TryTake(data);
        if (folderLock is null)
        {
            await error.WriteLineAsync($"SdStudio runs and keeps its pictures in {data}. Import the folder in the page there, or stop it first.");
            return ExitCode.Failure;
        }

        GalleryPaths paths = new(data);
        using StudioDatabase database = new(paths);
        await database.MigrateAsync(cancellationToken);
        using GalleryStore gallery = new(database, paths, TimeProvider.System, NullLogger<GalleryStore>.Instance);
        ImportStore store = new(database, paths, TimeProvider.System);
        using PictureIntake intake = new(database, paths, gallery, TimeProvider.System);
        FolderImport? import = (await store.ListAsync(cancellationToken)).FirstOrDefault(open => open.State == ImportState.Open && open.Folder == Path.TrimEndingDirectorySeparator(folder));
        if (import is null)
        {
            (import, string? problem) = await store.AddAsync(folder, copies, owner: "", cancellationToken);
            if (import is null)
            {
                await error.WriteLineAsync(problem);
                return ExitCode.Failure;
            }
        }
        else if (import.Copies != copies)
        {
            await error.WriteLineAsync($"This folder is being imported {(import.Copies ? "with copies" : "without copies")} already: use the same choice again, or cancel it in the page.");
            return ExitCode.Failure;
        }

        ImportLine line = new(output, TimeProvider.System);
        FolderImport ended = await new FolderImporter(store, intake).RunAsync(import, line, breathe: null, cancellationToken);
        line.End();
        if (ended.Problem is { } stopped)
        {
            await error.WriteLineAsync(stopped);
            return ExitCode.Failure;
        }

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{ended.Total} pictures: {ended.Added} came in, {ended.Known} were here already, {ended.Unreadable} cannot be read."));
        return ExitCode.Success;
    }

    private static int Tell(string path, TextWriter output)
    {
        using FileStream file = File.OpenRead(path);
        PictureReading reading = PictureReader.Read(file);
        if (reading.Recipe is not { } read)
        {
            output.WriteLine(reading.Problem);
            return ExitCode.Failure;
        }

        output.WriteLine($"{"Made with",-16}{read.Program}");
        output.WriteLine(Printable(RecipeParameters.Write(read.Recipe)));
        foreach (ReadModel model in read.Models)
        {
            output.WriteLine($"{model.Kind,-16}{Words.Printable(model.Name)}{(model.Hash is { } hash ? $", hash {Words.Printable(hash)}" : "")}");
        }

        foreach (ReadMapping mapping in read.Mapped)
        {
            output.WriteLine($"{mapping.Field,-16}{Words.Printable(mapping.Theirs)} is here {Words.Printable(mapping.Ours)}");
        }

        foreach (string sentence in read.LeftOut)
        {
            output.WriteLine($"{"Left out",-16}{Words.Printable(sentence, 400)}");
        }

        return ExitCode.Success;
    }

    private static string Printable(string text) => string.Join(Environment.NewLine, text.Split('\n').Select(line => Words.Printable(line, 10_000)));
}
