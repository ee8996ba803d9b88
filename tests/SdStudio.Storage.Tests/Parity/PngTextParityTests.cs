using System.Text.Json;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;
using SdStudio.Tests;

namespace SdStudio.Storage.Tests.Parity;

/// <summary>Texts in PNGs that other programs wrote.</summary>
[Trait("Category", "Parity")]
public sealed class PngTextParityTests
{
    /// <summary>Those whose text is in a text chunk; the others are read in <see cref="PictureReaderParityTests"/>.</summary>
    public static TheoryData<string, string> Images
    {
        get
        {
            TheoryData<string, string> rows = [];
            foreach (object[] row in GoldenFolder.Cases("infotext/images.json", array: null))
            {
                if (!GoldenFolder.Has((string)row[0]) || IsTextChunk(GoldenFolder.Case((string)row[0], (string)row[1], array: null)))
                {
                    rows.Add((string)row[0], (string)row[1]);
                }
            }

            return rows;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Images))]
    public void Read_Png_GivesItsParameters(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, array: null);
        using FileStream png = File.OpenRead(GoldenFolder.Require($"infotext/images/{golden.GetProperty("file").GetString()}"));

        Assert.True(PngChunks.IsIntact(png));
        Assert.Equal((golden.GetProperty("size")[0].GetInt32(), golden.GetProperty("size")[1].GetInt32()), PngChunks.ReadSize(png));
        Assert.Equal(golden.GetProperty("parameters").GetString(), PngText.Read(png).FirstOrDefault(text => text.Key == PngFile.ParametersKeyword).Value);
    }

    private static bool IsTextChunk(JsonElement golden) =>
        golden.GetProperty("file").GetString()!.EndsWith(".png", StringComparison.Ordinal)
        && golden.TryGetProperty("parameters", out _)
        && golden.GetProperty("kind").GetString() is { } kind
        && (kind.StartsWith("tEXt", StringComparison.Ordinal) || kind.StartsWith("iTXt", StringComparison.Ordinal) || kind.StartsWith("zTXt", StringComparison.Ordinal));
}
