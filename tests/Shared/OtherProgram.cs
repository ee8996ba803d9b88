using System.Diagnostics;

namespace SdStudio.Tests;

/// <summary>What another program does to files that are open here, past this runtime's own locks.</summary>
internal static class OtherProgram
{
    /// <returns>False where there is no such tool, or the system forbids it.</returns>
    public static bool Truncates(string path, long length)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using Process process = Process.Start("truncate", ["-s", length.ToString(System.Globalization.CultureInfo.InvariantCulture), path]);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
