using System.Security.Cryptography;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Tests.Models;

public sealed class ModelHashesTests
{
    [Fact]
    public async Task ScanAsync_Lora_IsFoundByEveryHashThatPicturesCarry()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        byte[] file = await File.ReadAllBytesAsync(library.AddLora("loras/style.safetensors", width: 600_000));
        string whole = Convert.ToHexStringLower(SHA256.HashData(file));
        string data = Convert.ToHexStringLower(SHA256.HashData(file.AsSpan(8 + (int)BitConverter.ToInt64(file))));
        string sample = Convert.ToHexStringLower(SHA256.HashData(file.AsSpan(0x100000, 0x10000)))[..8];

        ModelFile model = Assert.Single(await library.ScanAsync()).File;

        Assert.Equal((whole, data, sample), (model.Hashes!.Sha256, model.Hashes.DataSha256, model.Hashes.Sample));
        Assert.Equal((whole[..10], data[..12], data[..12]), (model.Hashes.AutoV2, model.Hashes.AutoV3, model.ShortHash));
        Assert.All((string[])[whole, whole[..10].ToUpperInvariant(), whole[..12], data[..12], data, sample], hash => Assert.Equal(model.Path, library.Catalog.FindByHash(ModelKind.Lora, hash)?.Path));
        Assert.All((string[])["", whole[..7], "0123456789", sample + "0"], hash => Assert.Null(library.Catalog.FindByHash(ModelKind.Lora, hash)));
        Assert.Null(library.Catalog.FindByHash(ModelKind.Checkpoint, whole));
    }

    [Fact]
    public async Task ScanAsync_SmallFile_HasNoSample()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        library.AddLora("loras/style.safetensors");

        Assert.Null(Assert.Single(await library.ScanAsync()).File.Hashes!.Sample);
    }

    [Fact]
    public async Task ScanAsync_HashOfAnEarlierVersion_ServesUntilAllAreKnown()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        var file = new FileInfo(library.AddLora("loras/style.safetensors"));
        const string Old = "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd";
        library.Studio.Execute($"INSERT INTO ModelHashes (Path, Size, ModifiedAt, Sha256) VALUES ('{file.FullName}', {file.Length}, {file.LastWriteTimeUtc.Ticks}, '{Old}')");
        var seen = new List<string?>();
        library.Catalog.Changed += () => seen.Add(library.Catalog.Models[0].ShortHash);

        ModelFile model = Assert.Single(await library.ScanAsync()).File;

        Assert.Equal(Old[..12], seen[0]);
        Assert.Equal(model.Hashes!.AutoV3, model.ShortHash);
        Assert.NotEqual(Old[..12], model.ShortHash);
    }
}
