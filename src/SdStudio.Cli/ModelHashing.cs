using SdStudio.Storage.Models;

namespace SdStudio.Cli;

/// <summary>Computes hashes and prints them.</summary>
internal static class ModelHashing
{
    public static async Task<int> RunAsync(StudioFolders folders, IReadOnlyList<string> names, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        int code = ExitCode.Success;
        foreach (string name in names)
        {
            string path = folders.Locate(kind: null, name).Path;
            await output.WriteLineAsync(path);
            if (await ModelCatalog.HashesAsync(path, cancellationToken) is { } hashes)
            {
                Write(hashes, output);
            }
            else
            {
                await error.WriteLineAsync($"{path} cannot be read, so it has no hash. Look whether it is there and whether you may read it.");
                code = ExitCode.Failure;
            }
        }

        return code;
    }

    public static void Write(ModelHashes hashes, TextWriter output)
    {
        output.WriteLine($"{"SHA-256",-16}{hashes.Sha256}");
        output.WriteLine($"{"AutoV2",-16}{hashes.AutoV2}");
        if (hashes.AutoV3 is { } data)
        {
            output.WriteLine($"{"AutoV3",-16}{data}");
        }

        if (hashes.Sample is { } sample)
        {
            output.WriteLine($"{"AutoV1",-16}{sample}");
        }
    }
}
