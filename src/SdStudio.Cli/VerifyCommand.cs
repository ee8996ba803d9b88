using System.CommandLine;

namespace SdStudio.Cli;

/// <summary><c>sdstudio verify</c>: makes a picture again by the recipe in it, and tells what differs.</summary>
internal static class VerifyCommand
{
    public static Command Build()
    {
        Argument<string> picture = new("picture") { Description = "A PNG with a recipe inside, of this program or another." };
        Option<string?> model = new("--model", "-m") { Description = "Model: a path, or a name in the model folders. Without it, the one that the picture names.", HelpName = "path-or-name" };
        Option<string?> difference = new("--difference") { Description = "PNG to write: where the two differ, eight times as bright.", HelpName = "file.png" };
        Option<string?> again = new("--out", "-o") { Description = "PNG to write: the second try.", HelpName = "file.png" };
        Option<string[]> folders = StudioFolders.NewOption();
        DeviceOptions device = new();
        Command command = new("verify", "Makes a picture again by its recipe, and tells whether it is the same, and if not, why.") { picture, model, difference, again, folders };
        device.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Worker.Run(() => new PictureCheck
        {
            Picture = Path.GetFullPath(parsed.GetRequiredValue(picture)),
            Model = parsed.GetValue(model),
            Folders = StudioFolders.Find(parsed.GetValue(folders)),
            Difference = parsed.GetValue(difference) is { } to ? Path.GetFullPath(to) : null,
            Again = parsed.GetValue(again) is { } path ? Path.GetFullPath(path) : null,
            Device = device.Read(parsed),
            Output = parsed.InvocationConfiguration.Output,
        }.Run(cancellationToken)));
        return command;
    }
}
