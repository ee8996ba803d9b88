using System.Text;
using SdStudio.Storage.Metadata;

namespace SdStudio.Web.Imports;

/// <summary>A picture or text that somebody brought, and what was understood of it.</summary>
/// <param name="Name">What its file was called where it came from.</param>
public sealed record BroughtPicture(string Name, Upload Upload, PictureReading Reading)
{
    /// <summary>Whether there is a picture that can be kept, and not only a text.</summary>
    public bool IsPicture => Reading.Format is not null;

    /// <summary>Looks at what came. Work for the calling thread.</summary>
    public static BroughtPicture Look(string name, Upload upload)
    {
        ArgumentNullException.ThrowIfNull(upload);
        using FileStream file = File.OpenRead(upload.Path);
        PictureReading reading = PictureReader.Read(file);
        if (reading.Format is null && file.Length <= PictureReader.LongestText)
        {
            file.Position = 0;
            using StreamReader text = new(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), detectEncodingFromByteOrderMarks: true);
            PictureReading read = PictureReader.Read(text.ReadToEnd());
            reading = read.Recipe is not null ? read : reading;
        }

        return new BroughtPicture(name, upload, reading);
    }
}
