using SdStudio.Diffusion.Pipelines;
using Spectre.Console;

namespace SdStudio.Cli;

/// <summary>Shows how far a picture is: a bar in a terminal, a line a step where the output goes to a file or another program.</summary>
internal static class ProgressDisplay
{
    public static T Show<T>(TextWriter output, Func<IProgress<StepProgress>, T> work)
    {
        if (Console.IsOutputRedirected || output != Console.Out)
        {
            return work(new ProgressLines(output));
        }

        return AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .Start(context => work(new ProgressBar(context)));
    }

    private static string Words(GenerationStage stage) => stage switch
    {
        GenerationStage.LoadingModel => "Loading the model",
        GenerationStage.EncodingPrompt => "Reading the prompt",
        GenerationStage.Denoising => "Denoising",
        GenerationStage.Decoding => "Decoding the picture",
        _ => stage.ToString(),
    };

    private sealed class ProgressBar(ProgressContext context) : IProgress<StepProgress>
    {
        private readonly ProgressTask _task = context.AddTask("Starting");

        public void Report(StepProgress value)
        {
            _task.Description = value.Stage == GenerationStage.Denoising ? $"Step {value.Step} of {value.Steps}" : Words(value.Stage);
            _task.MaxValue = value.Steps;
            _task.Value = value.Step;
        }
    }

    private sealed class ProgressLines(TextWriter output) : IProgress<StepProgress>
    {
        private readonly System.Diagnostics.Stopwatch _watch = System.Diagnostics.Stopwatch.StartNew();

        public void Report(StepProgress value)
        {
            // Step 0 is only the noise before the first step.
            if (value.Stage != GenerationStage.Denoising)
            {
                output.WriteLine(Words(value.Stage));
            }
            else if (value.Step > 0)
            {
                output.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Step {value.Step} of {value.Steps} ({_watch.Elapsed.TotalSeconds:0.0} s)"));
            }
        }
    }
}
