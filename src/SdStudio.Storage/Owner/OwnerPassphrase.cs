using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SdStudio.Storage.Owner;

/// <summary>
/// The words by which the owner proves who they are from another computer. Only a salted PBKDF2 hash is kept, in a file of the data
/// folder that the server's user alone can read.
/// </summary>
public sealed class OwnerPassphrase
{
    /// <summary>Characters.</summary>
    public const int Shortest = 10;

    private const string FileName = "owner.json";
    private const int Longest = 256;
    private const int SaltLength = 16;
    private const int HashLength = 32;

    // What OWASP advises for PBKDF2 with SHA-256.
    private const int Iterations = 600_000;
    private const int MostIterations = 10_000_000;

    private readonly string _file;

    /// <param name="dataFolder">Full path of the folder that keeps everything.</param>
    public OwnerPassphrase(string dataFolder) => _file = Path.Combine(dataFolder, FileName);

    /// <summary>Changes with the passphrase, and says nothing about it; null: there is none.</summary>
    public string? Generation => Read()?.Salt is { } salt ? Convert.ToHexStringLower(SHA256.HashData(salt))[..16] : null;

    /// <returns>What is wrong with new words; null: nothing.</returns>
    public static string? Complaint(string passphrase)
    {
        ArgumentNullException.ThrowIfNull(passphrase);
        return Normalise(passphrase).Length switch
        {
            < Shortest => $"A passphrase needs at least {Shortest} characters; a short sentence is easy to remember.",
            > Longest => $"A passphrase has at most {Longest} characters.",
            _ => null,
        };
    }

    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Set(string passphrase)
    {
        if (Complaint(passphrase) is { } complaint)
        {
            throw new ArgumentException(complaint, nameof(passphrase));
        }

        byte[] salt = RandomNumberGenerator.GetBytes(SaltLength);
        Kept kept = new(Iterations, salt, Hash(passphrase, salt, Iterations));
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        string temporary = _file + ".new";
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (FileStream stream = new(temporary, options))
        {
            JsonSerializer.Serialize(stream, kept);
        }

        File.Move(temporary, _file, overwrite: true);
    }

    public void Remove() => File.Delete(_file);

    /// <summary>Takes a noticeable time, so that guessing does too.</summary>
    public bool Proves(string? passphrase) =>
        Read() is { } kept
        && passphrase is { Length: > 0 and <= Longest }
        && CryptographicOperations.FixedTimeEquals(Hash(passphrase, kept.Salt, kept.Iterations), kept.Hash);

    // Two keyboards may write the same letter as different code points.
    private static string Normalise(string passphrase) => passphrase.Trim().Normalize(NormalizationForm.FormKC);

    private static byte[] Hash(string passphrase, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(Normalise(passphrase)), salt, iterations, HashAlgorithmName.SHA256, HashLength);

    /// <summary>Null where there is no file, or none that this program wrote: then nobody gets in.</summary>
    private Kept? Read()
    {
        try
        {
            Kept? kept = File.Exists(_file) ? JsonSerializer.Deserialize<Kept>(File.ReadAllBytes(_file)) : null;
            return kept is { Iterations: >= Iterations and <= MostIterations, Salt.Length: SaltLength, Hash.Length: HashLength } ? kept : null;
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed record Kept(int Iterations, byte[] Salt, byte[] Hash);
}
