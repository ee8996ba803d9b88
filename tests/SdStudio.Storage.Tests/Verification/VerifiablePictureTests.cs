using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;
using SdStudio.Storage.Verification;

namespace SdStudio.Storage.Tests.Verification;

public sealed class VerifiablePictureTests
{
    private static readonly PictureTrace s_trace = new() { Latents = [new(0, "0011223344556677"), new(1, "8899aabbccddeeff")], Provider = "Cpu", ModelHash = "0123456789" };

    [Fact]
    public async Task Read_APictureOfTheGallery_HasPixelsRecipeAndTrace()
    {
        using TemporaryStudio studio = await TemporaryStudio.CreateAsync();
        GalleryImage image = await studio.Gallery.AddAsync(studio.NewImage(3) with { Trace = s_trace, ModelHash = "0123456789" });

        VerifiablePicture picture = VerifiablePicture.Read((await studio.Gallery.PictureFileAsync(image.Id))!)!;

        Assert.True(TemporaryStudio.Pixels(seed: 3).Pixels.Span.SequenceEqual(picture.Pixels.Pixels.Span));
        Assert.Equal(image.Recipe, picture.Recipe);
        Assert.Equal(s_trace, picture.Trace);
        Assert.Equal("0123456789", picture.Hashes!.Model);
        Assert.False(picture.IsForeign);
    }

    [Fact]
    public async Task Trace_OfASavedPicture_StandsInTheRowAndComesBackFromTheFile()
    {
        using TemporaryStudio studio = await TemporaryStudio.CreateAsync();
        GalleryImage image = await studio.Gallery.AddAsync(studio.NewImage(3) with { Trace = s_trace });
        Assert.Equal(s_trace, (await studio.Gallery.FindAsync(image.Id))!.Trace);

        studio.Execute("DELETE FROM Pictures");
        await studio.RestartAsync();

        PictureTrace? adopted = Assert.Single(await studio.Gallery.PageAsync(new GalleryQuery(), null, 10)).Trace;
        Assert.Equal(("Cpu", "0123456789"), (adopted!.Provider, adopted.ModelHash));
    }

    [Fact]
    public async Task Read_APictureOfAnotherProgram_HasTheRecipeOfItsText()
    {
        using TemporaryStudio studio = await TemporaryStudio.CreateAsync();
        string path = Path.Combine(studio.Root, "foreign.png");
        await File.WriteAllBytesAsync(path, PngFile.Encode(TemporaryStudio.Pixels(), new KeyValuePair<string, string>(
            PngFile.ParametersKeyword, "a cat\nSteps: 12, Sampler: Euler a, CFG scale: 7, Seed: 5, Size: 32x24, Model hash: 0123456789, Model: other")));

        VerifiablePicture picture = VerifiablePicture.Read(path)!;

        Assert.True(picture.IsForeign);
        Assert.Equal(("a cat", 12, "euler_a", 5L, "other"), (picture.Recipe.Prompt, picture.Recipe.Steps, picture.Recipe.Sampler, picture.Recipe.Seed, picture.Recipe.Checkpoint));
        Assert.Null(picture.Trace);
    }

    [Fact]
    public async Task Read_WhatIsNoPictureWithARecipe_IsRefused()
    {
        using TemporaryStudio studio = await TemporaryStudio.CreateAsync();
        string plain = Path.Combine(studio.Root, "plain.png"), broken = Path.Combine(studio.Root, "broken.png");
        byte[] whole = PngFile.Encode(TemporaryStudio.Pixels(), new KeyValuePair<string, string>(PngFile.ParametersKeyword, "a cat\nSteps: 12, Sampler: Euler a, CFG scale: 7, Seed: 5, Size: 32x24"));
        await File.WriteAllBytesAsync(plain, PngFile.Encode(TemporaryStudio.Pixels()));
        await File.WriteAllBytesAsync(broken, whole[..^200]);

        Assert.Null(VerifiablePicture.Read(plain));
        Assert.Throws<IOException>(() => VerifiablePicture.Read(broken));
    }

    /// <summary>Anybody may write such a text into a file.</summary>
    [Theory]
    [InlineData("""{"latents":[{"step":-1,"hash":"a"}]}""")]
    [InlineData("""{"latents":[null]}""")]
    [InlineData("""{"latents":[1]}""")]
    [InlineData("""[]""")]
    [InlineData("no json")]
    public void Trace_OutOfBounds_IsNone(string json) => Assert.Null(TraceJson.TryRead(json) is { } trace ? TraceJson.Sound(trace) : null);

    [Fact]
    public void Trace_WithTooMuchInIt_IsNone()
    {
        Assert.Null(TraceJson.Sound(new PictureTrace { Provider = new string('x', 10_000) }));
        Assert.Null(TraceJson.Sound(new PictureTrace { Latents = [.. Enumerable.Range(0, 1000).Select(step => new LatentHash(step, "a"))] }));
        Assert.NotNull(TraceJson.Sound(s_trace));
    }

    [Fact]
    public void Difference_OfTwo_IsAsBrightAsTheyDiffer()
    {
        RgbImage difference = DifferencePicture.Of(new RgbImage(2, 1, [10, 10, 10, 0, 0, 0]), new RgbImage(2, 1, [12, 10, 9, 255, 0, 0]));

        Assert.Equal([16, 0, 8, 255, 0, 0], difference.Pixels.ToArray());
    }
}
