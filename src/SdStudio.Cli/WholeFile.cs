namespace SdStudio.Cli;

/// <summary>Under a temporary name first: the file that was asked for is whole or not there.</summary>
internal static class WholeFile
{
    public static void Write(string path, byte[] content)
    {
        string temporary = path + ".part";
        File.WriteAllBytes(temporary, content);
        File.Move(temporary, path, overwrite: true);
    }
}
