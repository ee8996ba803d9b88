using SdStudio.Storage.Owner;

namespace SdStudio.Storage.Tests.Owner;

public sealed class OwnerPassphraseTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-owner-").FullName;

    private string File => Path.Combine(_folder, "owner.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Proves_TheSameWordsOnly()
    {
        OwnerPassphrase owner = new(_folder);
        Assert.False(owner.Proves(""));
        Assert.Null(owner.Generation);

        owner.Set("a lighthouse at night");

        Assert.True(new OwnerPassphrase(_folder).Proves("a lighthouse at night "));
        Assert.False(owner.Proves("a lighthouse at noon"));
        Assert.False(owner.Proves(null));
        Assert.DoesNotContain("lighthouse", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
    }

    [Fact]
    public void Set_TheSameWordsAgain_IsANewGenerationWithAnotherSalt()
    {
        OwnerPassphrase owner = new(_folder);
        owner.Set("a lighthouse at night");
        (string? generation, string kept) = (owner.Generation, System.IO.File.ReadAllText(File));

        owner.Set("a lighthouse at night");

        Assert.NotEqual(generation, owner.Generation);
        Assert.NotEqual(kept, System.IO.File.ReadAllText(File));
    }

    [Theory]
    [InlineData("")]
    [InlineData("too short")]
    [InlineData("   short    ")]
    public void Set_FewCharacters_IsRefused(string passphrase) =>
        Assert.Throws<ArgumentException>(() => new OwnerPassphrase(_folder).Set(passphrase));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"Iterations":1,"Salt":"AAAAAAAAAAAAAAAAAAAAAA==","Hash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}""")]
    public void Proves_DamagedOrWeakenedFile_LetsNobodyIn(string content)
    {
        System.IO.File.WriteAllText(File, content);

        Assert.False(new OwnerPassphrase(_folder).Proves("a lighthouse at night"));
        Assert.Null(new OwnerPassphrase(_folder).Generation);
    }

    [SkippableFact]
    public void Set_File_IsReadableByItsUserAlone()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such modes.");
        new OwnerPassphrase(_folder).Set("a lighthouse at night");

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        }
    }
}
