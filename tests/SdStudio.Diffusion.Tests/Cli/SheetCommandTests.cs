using NetVips;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Cli;

public sealed class SheetCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
    private readonly TinyCheckpoint _model = TinyCheckpoint.Folder();

    private string Sheet => Path.Combine(_folder, "made", "sheet.webp");

    [Fact]
    public void Sheet_PromptsAndSeeds_LieInRows()
    {
        Shell shell = Run("--prompt", "a cat", "--prompt", "a dog", "--seeds", "0-4", "--columns", "3", "--width", "24", "--height", "16");

        Assert.Equal("", shell.Error);
        Assert.Contains("Picture 3 of 5, seed 2", shell.Output, StringComparison.Ordinal);
        Assert.Contains(": a cat", Line(shell, "Picture 3"), StringComparison.Ordinal);
        Assert.Contains(": a dog", Line(shell, "Picture 4"), StringComparison.Ordinal);
        using Image sheet = Image.NewFromFile(Sheet);
        Assert.Equal((16 + 24 + 10 + 24 + 10 + 24 + 16, 16 + 16 + 10 + 16 + 16), (sheet.Width, sheet.Height));
        Assert.Equal([Path.GetFileName(Sheet)], Directory.EnumerateFiles(Path.GetDirectoryName(Sheet)!).Select(Path.GetFileName));
    }

    [Fact]
    public void Sheet_MadeTwice_IsTheSameFile()
    {
        Assert.Equal(0, Run("--prompt", "a cat", "--seeds", "0-1", "--captions").ExitCode);
        byte[] first = File.ReadAllBytes(Sheet);
        Assert.Equal(0, Run("--prompt", "a cat", "--seeds", "0-1", "--captions").ExitCode);

        Assert.Equal(first, File.ReadAllBytes(Sheet));
    }

    [Fact]
    public void Sheet_WithoutPrompts_TakesTheModelsExamples()
    {
        File.WriteAllText(Path.Combine(_model.Path, "card.json"), """{"examples": ["a boat", "two boats"]}""");

        Shell shell = Run();

        Assert.Equal("", shell.Error);
        Assert.Contains(": a boat", Line(shell, "Picture 1 of 2, seed 0"), StringComparison.Ordinal);
        Assert.Contains(": two boats", Line(shell, "Picture 2 of 2, seed 1"), StringComparison.Ordinal);
    }

    [Fact]
    public void Sheet_NoPromptsAtAll_SaysHowToGiveSome()
    {
        Shell shell = Run();

        Assert.Equal(1, shell.ExitCode);
        Assert.Contains("Give words with --prompt", shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Sheet_FileOfPrompts_SkipsCommentsAndEmptyLines()
    {
        string list = Path.Combine(_folder, "prompts.txt");
        File.WriteAllText(list, "\uFEFF# the boats\r\n\r\n  a boat  \r\n[two] boats\r\n");

        Shell shell = Run("--prompts", list);

        Assert.Contains(": a boat", Line(shell, "Picture 1 of 2"), StringComparison.Ordinal);
        Assert.Contains(": [two] boats", Line(shell, "Picture 2 of 2"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("p.txt", "# nothing\n", "holds no prompts")]
    [InlineData("p.txt", "caf\u00e9", "no UTF-8")]
    [InlineData("p.json", "[]", "holds no prompts")]
    [InlineData("p.json", "{}", "not an array")]
    [InlineData("p.json", "[{\"text\": \"a\"}]", "not an array")]
    [InlineData("p.json", "[{\"prompt\": 3}]", "not an array")]
    [InlineData("p.json", "[{\"prompt\": \"a\", \"seed\": -1}]", "not an array")]
    [InlineData("p.json", "[{\"prompt\": \"a\", \"seed\": 1.5}]", "not an array")]
    [InlineData("p.json", "[{\"prompt\": \"a\", \"seed\": 1}, \"b\"]", "for some prompts and none for others")]
    [InlineData("p.json", "[{\"prompt\": \"a\", \"seed\": 1}]", "Leave out --seeds", "--seeds", "1")]
    public void Sheet_UnusableFileOfPrompts_SaysWhatIsWrong(string name, string content, string words, params string[] extra)
    {
        string list = Path.Combine(_folder, name);
        File.WriteAllBytes(list, System.Text.Encoding.Latin1.GetBytes(content));

        Shell shell = Run(["--prompts", list, .. extra]);

        Assert.Equal(1, shell.ExitCode);
        Assert.Contains(words, shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Sheet_NoSuchFileOfPrompts_SaysSo()
    {
        Shell shell = Run("--prompts", Path.Combine(_folder, "none.txt"));

        Assert.Equal(1, shell.ExitCode);
        Assert.Contains("There is no file of prompts", shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Sheet_TooManyPicturesForOneFile_IsRefusedBeforeTheyAreMade()
    {
        Shell shell = Run("--prompt", "a", "--seeds", "0-999", "--columns", "1");

        Assert.Equal(1, shell.ExitCode);
        Assert.Contains("too many for one file", shell.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Picture 1", shell.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Sheet_Cancelled_LeavesNoFile()
    {
        using CancellationTokenSource stopped = new();
        stopped.Cancel();

        Shell shell = Shell.Run(stopped.Token, "sheet", _model.Path, "-p", "a", "--provider", "cpu", "-o", Sheet);

        Assert.Equal(130, shell.ExitCode);
        Assert.False(File.Exists(Sheet));
    }

    [Theory]
    [InlineData("takes the name of a .webp or .jpg file", "-o", "a.png")]
    [InlineData("--columns takes 1 to 100", "-o", "a.webp", "--columns", "0")]
    [InlineData("with --prompt, or a file of them", "-o", "a.webp", "-p", "a", "--prompts", "p.txt")]
    [InlineData("'--out' is required", "-p", "a")]
    public void Sheet_WrongArguments_AreNamedAndNothingIsTried(string words, params string[] extra)
    {
        Shell shell = Shell.Run(["sheet", "m", .. extra]);

        Assert.Equal(2, shell.ExitCode);
        Assert.Contains(words, shell.Error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Line(Shell shell, string start) => shell.Output.Split('\n').First(line => line.StartsWith(start, StringComparison.Ordinal));

    private Shell Run(params string[] extra) => Shell.Run(["sheet", _model.Path, "--steps", "1", "--provider", "cpu", "-o", Sheet, .. extra]);
}
