using System.Runtime.InteropServices;

namespace SdStudio.Diffusion.Inference;

/// <summary>Tells Linux what becomes of pieces of a mapped file. Advice only: elsewhere, and where the system declines, everything works without it.</summary>
internal static partial class PageAdvice
{
    private const int DontNeed = 4;

    /// <summary>Whole pages of a mapped file that were read and will hardly be read again need not count as this program's memory.</summary>
    /// <param name="address">In a read-only mapping of a file: anything else would lose its contents.</param>
    public static void ReleaseMapped(nint address, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            nint page = Environment.SystemPageSize, first = (address + page - 1) / page * page, end = (nint)(address + length) / page * page;
            if (first < end)
            {
                _ = Advise(first, (nuint)(end - first), DontNeed);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
