using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using SdStudio.Diffusion;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;

namespace SdStudio.Storage.Tests.Metadata;

public sealed class PngTextTests
{
    private static readonly byte[] s_png = PngFile.Encode(TemporaryStudio.Pixels(5, 4));

    [Theory]
    [InlineData("a beach", "tEXt")]
    [InlineData("café\nÿ", "tEXt")]
    [InlineData("", "tEXt")]
    [InlineData("夜景 😀", "iTXt")]
    public void Write_Text_UsesThePlainestChunkThatCanCarryIt(string text, string type)
    {
        byte[] png = PngFile.Encode(TemporaryStudio.Pixels(), new KeyValuePair<string, string>("parameters", text));

        Assert.Equal(type, Encoding.ASCII.GetString(png, PngChunks.HeaderLength + 4, 4));
        Assert.Equal([new("parameters", text)], PngText.Read(new MemoryStream(png)));
        Assert.True(PngChunks.IsIntact(new MemoryStream(png)));
    }

    [FsCheck.Xunit.Property(MaxTest = 300)]
    public void Record_AnyRecipe_ComesBackFromThePng(string? prompt, string? negative, string? checkpoint, long seed, float weight, string? lora)
    {
        // Lone surrogates are no text and come back as the replacement character.
        var recipe = RecipeJson.WellFormed(new ImageRecipe
        {
            Prompt = prompt ?? "",
            NegativePrompt = negative ?? "",
            Checkpoint = checkpoint ?? "",
            Width = 8,
            Height = 8,
            Seed = seed,
            Loras = [new LoraSelection(lora ?? "", float.IsFinite(weight) ? weight : 0)],
        });
        var record = new PictureRecord { Schema = 1, Recipe = recipe, Studio = Guid.NewGuid(), Job = seed, Created = DateTimeOffset.UnixEpoch, Seconds = 1 };

        byte[] png = [.. s_png.AsSpan(0, PngChunks.HeaderLength), .. PngText.Write("parameters", RecipeParameters.Write(recipe)), .. PngText.Write(PictureRecord.Keyword, record.Write()), .. s_png.AsSpan(PngChunks.HeaderLength)];

        IReadOnlyList<KeyValuePair<string, string>> texts = PngText.Read(new MemoryStream(png));
        Assert.Equal(record, PictureRecord.TryRead(texts[1].Value));
        Assert.Equal(RecipeParameters.Write(recipe).Replace("\0", "", StringComparison.Ordinal), texts[0].Value);
    }

    [Fact]
    public void Read_CompressedChunks_AreInflated()
    {
        byte[] png = With(Chunk("zTXt", [.. "a\0\0"u8, .. Deflate("café"u8, latin1: true)]), Chunk("iTXt", [.. "b\0\x01\0de\0titel\0"u8, .. Deflate("夜"u8)]));

        Assert.Equal([new("a", "café"), new("b", "夜")], PngText.Read(new MemoryStream(png)));
    }

    [Fact]
    public void Read_DecompressionBomb_IsLeftOut()
    {
        byte[] png = With(Chunk("zTXt", [.. "bomb\0\0"u8, .. Deflate(new byte[64 * 1024 * 1024])]), Chunk("tEXt", "kept\0text"u8));

        Assert.Equal([new("kept", "text")], PngText.Read(new MemoryStream(png)));
    }

    public static TheoryData<string, byte[]> BrokenBodies => new()
    {
        { "tEXt", [] },
        { "tEXt", [.. "no end of the keyword"u8] },
        { "tEXt", [0, 1, 2] },
        { "tEXt", [.. new string('k', 80).Select(c => (byte)c), 0, 65] },
        { "zTXt", [.. "k\0"u8] },
        { "zTXt", [.. "k\0\x01xyz"u8] },
        { "zTXt", [.. "k\0\0not zlib"u8] },
        { "iTXt", [.. "k\0"u8] },
        { "iTXt", [.. "k\0\x02\0\0\0text"u8] },
        { "iTXt", [.. "k\0\x01\x09\0\0text"u8] },
        { "iTXt", [.. "k\0\0\0no language end"u8] },
    };

    [Theory]
    [MemberData(nameof(BrokenBodies))]
    public void Read_BrokenChunk_IsLeftOutAndTheNextIsRead(string type, byte[] body)
    {
        byte[] png = With(Chunk(type, body), Chunk("tEXt", "kept\0text"u8));

        Assert.Equal([new("kept", "text")], PngText.Read(new MemoryStream(png)));
    }

    [Fact]
    public void Read_ChunkLongerThanTheFile_EndsThere()
    {
        byte[] huge = Chunk("tEXt", "a\0b"u8);
        BinaryPrimitives.WriteUInt32BigEndian(huge, 0x7FFFFFF0);

        Assert.Equal([new("kept", "text")], PngText.Read(new MemoryStream(With(Chunk("tEXt", "kept\0text"u8), huge))));
    }

    [Fact]
    public void Read_ManyTexts_StopsAtTheLimit() =>
        Assert.Equal(PngText.MaximumTexts, PngText.Read(new MemoryStream(With([.. Enumerable.Repeat(Chunk("tEXt", "k\0v"u8), 200)]))).Count);

    [FsCheck.Xunit.Property]
    public void Read_AnyBytes_DoesNotThrow(byte[]? bytes, ushort position)
    {
        byte[] noise = bytes ?? [];
        PngText.Read(new MemoryStream(noise));

        byte[] png = [.. s_png];
        noise.AsSpan(0, Math.Min(noise.Length, png.Length)).CopyTo(png.AsSpan(position % (png.Length - Math.Min(noise.Length, png.Length) + 1)));
        PngText.Read(new MemoryStream(png));
        PngChunks.IsIntact(new MemoryStream(png));
        PngChunks.ReadSize(new MemoryStream(png));
    }

    [Fact]
    public void IsIntact_EveryTruncationAndFlippedByte_IsSeen()
    {
        Assert.True(PngChunks.IsIntact(new MemoryStream(s_png)));
        for (int length = 0; length < s_png.Length; length++)
        {
            Assert.False(PngChunks.IsIntact(new MemoryStream(s_png[..length])), $"first {length} bytes");
        }

        for (int i = 0; i < s_png.Length; i++)
        {
            byte[] changed = [.. s_png];
            changed[i] ^= 0x10;
            Assert.False(PngChunks.IsIntact(new MemoryStream(changed)), $"byte {i}");
        }
    }

    [Fact]
    public async Task CopyWithoutTextAsync_PictureWithRecipe_KeepsThePixelsOnly()
    {
        byte[] png = PngFile.Encode(TemporaryStudio.Pixels(), new KeyValuePair<string, string>("parameters", "secret"), new KeyValuePair<string, string>("sdstudio", "夜景"));
        using var copy = new MemoryStream();

        await PngText.CopyWithoutTextAsync(new MemoryStream(png), copy);

        Assert.Equal(PngFile.Encode(TemporaryStudio.Pixels()), copy.ToArray());
        Assert.Empty(PngText.Read(copy));
    }

    [Theory]
    [InlineData("parameters", "parameters")]
    [InlineData("PARAMETERS", null)]
    [InlineData("param", null)]
    [InlineData("parameters and a keyword longer than the whole chunk, which has to be seen", null)]
    public async Task CopyWithoutTextAsync_KeywordToKeep_KeepsThatTextAlone(string keyword, string? kept)
    {
        byte[] png = PngFile.Encode(TemporaryStudio.Pixels(), new KeyValuePair<string, string>("parameters", "夜景"), new KeyValuePair<string, string>("sdstudio", "secret"));
        using var copy = new MemoryStream();

        await PngText.CopyWithoutTextAsync(new MemoryStream(png), copy, keyword);

        Assert.Equal(kept is null ? [] : [kept], PngText.Read(copy).Select(text => text.Key));
        Assert.True(PngChunks.IsIntact(copy));
    }

    private static byte[] With(params byte[][] chunks) => [.. s_png.AsSpan(0, PngChunks.HeaderLength), .. chunks.SelectMany(chunk => chunk), .. s_png.AsSpan(PngChunks.HeaderLength)];

    // By hand, so that the writer under test is not its own judge.
    private static byte[] Chunk(string type, ReadOnlySpan<byte> body)
    {
        byte[] typed = [.. Encoding.ASCII.GetBytes(type), .. body];
        byte[] chunk = [0, 0, 0, 0, .. typed, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, body.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32.HashToUInt32(typed));
        return chunk;
    }

    private static byte[] Deflate(ReadOnlySpan<byte> bytes, bool latin1 = false)
    {
        using var target = new MemoryStream();
        using (var zlib = new ZLibStream(target, CompressionLevel.Fastest))
        {
            zlib.Write(latin1 ? Encoding.Latin1.GetBytes(Encoding.UTF8.GetString(bytes)) : bytes);
        }

        return target.ToArray();
    }
}
