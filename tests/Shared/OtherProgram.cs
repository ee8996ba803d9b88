using System.Runtime.InteropServices;

namespace SdStudio.Tests;

/// <summary>
/// What another program does to files that are open here, past this runtime's own locks. Asked of the system itself: a child process, while it is
/// born, holds copies of every file that other tests are writing at that moment, locks included.
/// </summary>
internal static class OtherProgram
{
    /// <returns>False where there is no such call, or the system forbids it.</returns>
    public static bool Truncates(string path, long length) => OperatingSystem.IsLinux() && Truncate(path, length) == 0;

    [DllImport("libc", EntryPoint = "truncate", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Truncate([MarshalAs(UnmanagedType.LPUTF8Str)] string path, long length);
}
