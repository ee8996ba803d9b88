using SdStudio.Diffusion.Tokens;

namespace SdStudio.Diffusion.Tests.Cli;

public sealed class TokenizerCommandTests
{
    [Theory]
    [InlineData("nowhere")]
    [InlineData("file:///etc/passwd")]
    public void Download_FromNoAddress_IsRefused(string address)
    {
        Shell shell = Shell.Run("tokenizer", "download", "--from", address);

        Assert.Equal(2, shell.ExitCode);
        Assert.Contains("--from takes an address", shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Download_FromWhereNobodyAnswers_FailsAndLeavesNothing()
    {
        string folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;

        // Port 9 discards, and on a machine of today nothing listens there.
        Shell shell = Shell.Run("tokenizer", "download", "--models", folder, "--from", "https://127.0.0.1:9/");

        Assert.Equal(1, shell.ExitCode);
        Assert.NotEqual("", shell.Error);
        Assert.DoesNotContain("   at ", shell.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories));
        Assert.StartsWith(folder, TokenizerLocator.DownloadFolder(folder), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }
}
