using System.Diagnostics;
using System.Globalization;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Inference;
using SdStudio.Storage.Imaging;

namespace SdStudio.Cli;

/// <summary>One run of <c>sdstudio sheet</c>, as it was asked for.</summary>
internal sealed class SheetMaking
{
    public required ChosenModel Model { get; init; }

    /// <summary>Null: the examples of the model's card.</summary>
    public required PromptList? Prompts { get; init; }

    /// <summary>Null: one for each prompt, from 0.</summary>
    public required long[]? Seeds { get; init; }

    public required int Columns { get; init; }

    /// <summary>Longest side of a picture on the sheet, pixels.</summary>
    public required int Size { get; init; }

    public required bool HasCaptions { get; init; }

    public required int MostBytes { get; init; }

    /// <summary>Full path of the sheet.</summary>
    public required string Path { get; init; }

    public required InferenceSettings Device { get; init; }

    public required TextWriter Output { get; init; }

    public int Run(CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        PromptList prompts = Prompts
            ?? (Model.Card is { Examples.IsEmpty: false } card
                ? PromptList.Of("card.json", card.Examples)
                : throw new IOException("This model names no examples in a card.json. Give words with --prompt, or a file of them with --prompts."));
        ImageRecipe[] recipes = [.. prompts.Pair(Seeds).Select(words => Model.RecipeFor(words.Prompt, words.Seed))];
        if (!ContactSheet.Fits(recipes.Length, Columns, Size))
        {
            throw new IOException(string.Create(
                CultureInfo.InvariantCulture, $"{recipes.Length} pictures of {Size} pixels in rows of {Columns} are too many for one file. Use fewer seeds, another number of columns, or a smaller --size."));
        }

        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        using ContactSheet sheet = new(Columns, Size);
        Batch.Make(Model, Device, recipes, Output, (_, recipe, image, _, _) => sheet.Add(image, HasCaptions ? recipe.Prompt : null), cancellationToken);
        byte[] file = sheet.Encode(ContactSheet.FormatOf(Path)!.Value, MostBytes)
            ?? throw new IOException(string.Create(CultureInfo.InvariantCulture, $"The sheet does not fit into {MostBytes / 1000} kB. Use a smaller --size, or allow more with --max-size."));
        WholeFile.Write(Path, file);
        Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Path}: {recipes.Length} pictures, {file.Length / 1000.0:0} kB, {watch.Elapsed.TotalSeconds:0.0} s"));
        return ExitCode.Success;
    }
}
