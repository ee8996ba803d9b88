using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Prompts;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;

namespace SdStudio.Cli;

/// <summary>One run of <c>sdstudio generate</c>, as it was asked for.</summary>
internal sealed class Generation
{
    public required ChosenModel Model { get; init; }

    /// <summary>As they are written: choices and wildcards become words by the seed.</summary>
    public required IReadOnlyList<(string Prompt, long Seed)> Words { get; init; }

    public required IWildcards Wildcards { get; init; }

    /// <summary>Full path of the PNG for each of <see cref="Words"/>.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    public required InferenceSettings Device { get; init; }

    public required TextWriter Output { get; init; }

    public int Run(CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        ImageRecipe[] recipes = [.. Words.Select(words => Expanded(Model.RecipeFor(words.Prompt, words.Seed)))];

        // Known before the minutes of work, not after them.
        string folder = Path.GetDirectoryName(Paths[0])!;
        Directory.CreateDirectory(folder);
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // A large file takes seconds to hash, which pass while the first picture is made.
        Task<(string? Model, Dictionary<string, string> Loras)> hashes = Task.Run(() => Model.HashAsync(stopping.Token), CancellationToken.None);
        try
        {
            Batch.Make(Model, Device, recipes, Output, Save, cancellationToken);
        }
        finally
        {
            stopping.Cancel();
        }

        Output.WriteLine(recipes is [var one]
            ? string.Create(CultureInfo.InvariantCulture, $"{Paths[0]}: {one.Width} x {one.Height}, seed {one.Seed}, {watch.Elapsed.TotalSeconds:0.0} s")
            : string.Create(CultureInfo.InvariantCulture, $"{folder}: {recipes.Length} pictures, {watch.Elapsed.TotalSeconds:0.0} s"));
        return ExitCode.Success;

        void Save(int place, ImageRecipe recipe, RgbImage image, TimeSpan duration, PictureTrace trace)
        {
            // This thread is the worker's own: nobody else waits with it.
            (string? model, Dictionary<string, string> loras) = hashes.GetAwaiter().GetResult();
            trace = trace with { ModelHash = model, LoraHashes = loras.ToImmutableSortedDictionary(StringComparer.Ordinal) };
            WholeFile.Write(Paths[place], PngFile.Encode(image, PictureTexts.For(recipe, DateTimeOffset.Now, duration, model, loras, trace)));
        }
    }

    private ImageRecipe Expanded(ImageRecipe written)
    {
        string prompt = PromptExpander.Expand(written.Prompt, written.Seed, Wildcards), negative = PromptExpander.Expand(written.NegativePrompt, written.Seed, Wildcards);
        return (prompt, negative) == (written.Prompt, written.NegativePrompt)
            ? written
            : written with { Prompt = prompt, NegativePrompt = negative, Template = new PromptTemplate(written.Prompt, written.NegativePrompt) };
    }
}
