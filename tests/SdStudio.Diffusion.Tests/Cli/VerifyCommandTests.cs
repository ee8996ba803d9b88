using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Verification;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Cli;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    private string Models => Path.Combine(_folder, "models");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Verify_APictureOfThisMachine_IsBitForBitTheSame()
    {
        string file = Make("out.png", "euler_a");

        Shell shell = Shell.Run("verify", file, "--models", Models, "--provider", "cpu");

        Assert.Equal("", shell.Error);
        Assert.Equal(0, shell.ExitCode);
        Assert.Contains("The very same picture", shell.Output, StringComparison.Ordinal);
    }

    /// <summary>The recipe says one sampler, and the picture was made with another, as if that had changed its rule since.</summary>
    [Fact]
    public void Verify_APictureOfAnotherSampler_NamesTheStepAndTheCause()
    {
        VerifiablePicture kept = VerifiablePicture.Read(Make("out.png", "euler"))!;
        string file = Path.Combine(_folder, "changed.png"), difference = Path.Combine(_folder, "difference.png");
        File.WriteAllBytes(file, PngFile.Encode(kept.Pixels, Storage.Metadata.PictureTexts.For(
            kept.Recipe with { Sampler = "dpmpp_sde" }, DateTimeOffset.UnixEpoch, TimeSpan.Zero, kept.Hashes?.Model, null, kept.Trace)));

        Shell shell = Shell.Run("verify", file, "--models", Models, "--provider", "cpu", "--difference", difference);

        Assert.Contains("part between step 1 and step 2", shell.Output, StringComparison.Ordinal);
        Assert.Contains("Sampler (likely)", shell.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(shell.Output.Split('\n'), line => line.StartsWith("  Model", StringComparison.Ordinal));
        Assert.True(File.Exists(difference));
    }

    [Fact]
    public void Verify_WithoutARecipeOrAModel_SaysWhatToDo()
    {
        string plain = Path.Combine(_folder, "plain.png");
        File.WriteAllBytes(plain, PngFile.Encode(new RgbImage(8, 8, new byte[192])));

        Assert.Contains("holds no recipe", Shell.Run("verify", plain, "--models", _folder).Error, StringComparison.Ordinal);
        Assert.NotEqual(0, Shell.Run("verify", Path.Combine(_folder, "none.png"), "--models", _folder).ExitCode);
        Assert.Contains("tiny", Shell.Run("verify", Make("out.png", "euler"), "--models", Path.Combine(_folder, "nothing")).Error, StringComparison.Ordinal);
    }

    private string Make(string name, string sampler)
    {
        if (!Directory.Exists(Models))
        {
            TinyCheckpoint.WriteFolder(Path.Combine(Models, "tiny"));
        }

        string file = Path.Combine(_folder, name);
        Shell shell = Shell.Run(
            "generate", "--models", Models, "-m", "tiny", "-p", "a cat", "--steps", "4", "--sampler", sampler, "--schedule", "normal", "--seed", "42", "--width", "32", "--height", "24", "--provider", "cpu", "-o", file);
        Assert.Equal("", shell.Error);
        return file;
    }
}
