using SdStudio.Cli;
using SdStudio.Storage.Owner;

namespace SdStudio.Diffusion.Tests.Cli;

public sealed class PassphraseCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
    private readonly OwnerPassphrase _passphrase;
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public PassphraseCommandTests() => _passphrase = new OwnerPassphrase(_folder);

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Set_TypedTwiceTheSame_IsKept()
    {
        Assert.Equal(0, Set("a sentence to remember", "a sentence to remember"));

        Assert.True(_passphrase.Proves("a sentence to remember"));
        Assert.DoesNotContain("sentence", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Set_Mistyped_ChangesNothing()
    {
        Assert.Equal(1, Set("a sentence to remember", "a sentence to rember"));

        Assert.Null(_passphrase.Generation);
        Assert.Contains("not the same", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Set_Short_SaysWhy()
    {
        Assert.Equal(1, Set("short"));

        Assert.Contains("at least 10 characters", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Remove_TakesItAway()
    {
        _passphrase.Set("a sentence to remember");

        Assert.Equal(0, Shell.Run("passphrase", "--remove", "--data", _folder).ExitCode);

        Assert.Null(_passphrase.Generation);
    }

    private int Set(params string[] typed)
    {
        Queue<string> lines = new(typed);
        return PassphraseCommand.Set(_passphrase, _ => lines.TryDequeue(out string? line) ? line : null, isTyped: true, _output, _error);
    }
}
