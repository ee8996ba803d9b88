using System.Diagnostics;
using System.Globalization;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Pipelines;
using Spectre.Console;

namespace SdStudio.Cli;

/// <summary>Shows how far the pictures are: a bar in a terminal, lines where the output goes to a file or another program.</summary>
internal static class ProgressDisplay
{
    /// <param name="recipes">All that will be made, in their order.</param>
    public static void ShowAll(TextWriter output, IReadOnlyList<ImageRecipe> recipes, Action<IBatchProgress> work)
    {
        if (Console.IsOutputRedirected || output != Console.Out)
        {
            work(recipes.Count == 1 ? new StepLines(output) : new PictureLines(output, recipes));
            return;
        }

        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .Start(context => work(new ProgressBar(context, recipes)));
    }

    private static string Words(GenerationStage stage) => stage switch
    {
        GenerationStage.LoadingModel => "Loading the model",
        GenerationStage.EncodingPrompt => "Reading the prompt",
        GenerationStage.Denoising => "Denoising",
        GenerationStage.Decoding => "Decoding the picture",
        _ => stage.ToString(),
    };

    private sealed class ProgressBar(ProgressContext context, IReadOnlyList<ImageRecipe> recipes) : IBatchProgress
    {
        private readonly ProgressTask _task = context.AddTask("Starting", maxValue: recipes.Sum(recipe => (double)recipe.Steps));
        private int _picture;
        private double _before;

        public void Begin(int picture) => _picture = picture;

        public void Finish(TimeSpan duration)
        {
            _before += recipes[_picture].Steps;
            _task.Value = _before;
        }

        public void Report(StepProgress value)
        {
            string words = value.Stage == GenerationStage.Denoising ? $"Step {value.Step} of {value.Steps}" : Words(value.Stage);
            _task.Description = recipes.Count == 1 || value.Stage == GenerationStage.LoadingModel ? words : $"Picture {_picture + 1} of {recipes.Count}";
            _task.Value = _before + value.Step;
        }
    }

    /// <summary>One picture: a line a step.</summary>
    private sealed class StepLines(TextWriter output) : IBatchProgress
    {
        private readonly Stopwatch _watch = Stopwatch.StartNew();

        public void Begin(int picture)
        {
        }

        public void Finish(TimeSpan duration)
        {
        }

        public void Report(StepProgress value)
        {
            // Step 0 is only the noise before the first step.
            if (value.Stage != GenerationStage.Denoising)
            {
                output.WriteLine(Words(value.Stage));
            }
            else if (value.Step > 0)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Step {value.Step} of {value.Steps} ({_watch.Elapsed.TotalSeconds:0.0} s)"));
            }
        }
    }

    /// <summary>Several pictures: a line each.</summary>
    private sealed class PictureLines(TextWriter output, IReadOnlyList<ImageRecipe> recipes) : IBatchProgress
    {
        private int _picture;

        public void Begin(int picture) => _picture = picture;

        public void Finish(TimeSpan duration) => output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Picture {_picture + 1} of {recipes.Count}, seed {recipes[_picture].Seed} ({duration.TotalSeconds:0.0} s): {recipes[_picture].Prompt}"));

        public void Report(StepProgress value)
        {
            if (value.Stage == GenerationStage.LoadingModel)
            {
                output.WriteLine(Words(value.Stage));
            }
        }
    }
}
