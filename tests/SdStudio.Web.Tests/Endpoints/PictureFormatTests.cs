using System.Net;
using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Import;
using SdStudio.Storage.Metadata;
using SdStudio.Storage.Sharing;
using SdStudio.Web.Components.Gallery;

namespace SdStudio.Web.Tests.Endpoints;

/// <summary>Pictures in other formats than PNG, of other programs, with their recipe and without.</summary>
public sealed class PictureFormatTests : IAsyncLifetime
{
    private const string Parameters = "a fox\nNegative prompt: low\nSteps: 5, Sampler: Euler a, CFG scale: 7, Seed: 9, Size: 16x16, Model hash: 0123456789, Model: someones, Version: v1.10.1";

    private readonly StudioHost _host = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("brought-").FullName;
    private HttpClient _visitor = null!;

    public static TheoryData<ImageFormat> Formats => [.. PictureEncoder.Formats];

    public Task InitializeAsync()
    {
        _visitor = _host.Visitor();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Download_InAFormat_CarriesTheRecipeOrNothing(ImageFormat format)
    {
        GalleryImage image = await _host.AddPictureAsync();

        using HttpResponseMessage whole = await _visitor.GetAsync(GalleryAddress.Download(image, format, withRecipe: true));
        using HttpResponseMessage bare = await _visitor.GetAsync(GalleryAddress.Download(image, format, withRecipe: false));

        Assert.Equal((HttpStatusCode.OK, format.MediaType()), (whole.StatusCode, whole.Content.Headers.ContentType?.MediaType));
        Assert.Equal(image.Recipe, (await ReadAsync(whole)).Recipe?.Recipe);
        Assert.EndsWith($"palm-trees-{image.Id}{format.Extension()}", whole.Content.Headers.ContentDisposition!.FileNameStar, StringComparison.Ordinal);
        PictureReading nothing = await ReadAsync(bare);
        Assert.Equal((format, null), (nothing.Format, nothing.Recipe));
        Assert.Equal($"picture-{image.Id}{format.Extension()}", bare.Content.Headers.ContentDisposition!.FileNameStar);
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.WebP)]
    [InlineData(ImageFormat.Avif)]
    public async Task Picture_OfAnotherProgram_IsServedAsWhatItIs(ImageFormat format)
    {
        GalleryImage image = await BringAsync(format);

        using HttpResponseMessage picture = await _visitor.GetAsync(GalleryAddress.File(image));
        using HttpResponseMessage thumbnail = await _visitor.GetAsync(GalleryAddress.Thumbnail(image, 256));
        using HttpResponseMessage byId = await _visitor.GetAsync(GalleryAddress.Download(image.Id));

        Assert.Equal((format, "AUTOMATIC1111"), (image.Format, image.Program));
        Assert.Equal((HttpStatusCode.OK, format.MediaType()), (picture.StatusCode, picture.Content.Headers.ContentType?.MediaType));
        Assert.Equal(Parameters, (await ReadAsync(picture)).Recipe?.Text);
        Assert.Equal("image/webp", thumbnail.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith(format.Extension(), byId.Content.Headers.ContentDisposition!.FileNameStar, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, null)]
    [InlineData(true, ImageFormat.Png)]
    [InlineData(false, ImageFormat.WebP)]
    public async Task SharedPicture_OfAnotherProgram_TellsOnlyWhatItsLinkShows(bool showsRecipe, ImageFormat? format)
    {
        GalleryImage image = await BringAsync(ImageFormat.Jpeg);
        (_, string token) = await _host.Get<ShareLinkStore>().CreateAsync(image.Id, lifetime: null, showsRecipe, format);
        string extension = (format ?? ImageFormat.Jpeg).Extension();

        using HttpResponseMessage page = await _visitor.GetAsync($"/s/{token}");
        using HttpResponseMessage picture = await _visitor.GetAsync($"/s/{token}/picture{extension}");
        using HttpResponseMessage other = await _visitor.GetAsync($"/s/{token}/picture.gif");

        Assert.Contains($"picture{extension}", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        PictureReading reading = await ReadAsync(picture);
        Assert.Equal((format ?? ImageFormat.Jpeg, showsRecipe ? "a fox" : null), (reading.Format, reading.Recipe?.Recipe.Prompt));
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Theory]
    [InlineData("/pictures/{0}.bmp")]
    [InlineData("/pictures/{0}.gif?download")]
    public async Task Picture_InAFormatThatIsNotWritten_IsNotFound(string address)
    {
        GalleryImage image = await _host.AddPictureAsync();

        using HttpResponseMessage answer = await _visitor.GetAsync(string.Format(null, address, image.Id));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task<PictureReading> ReadAsync(HttpResponseMessage answer) => PictureReader.Read(new MemoryStream(await answer.Content.ReadAsByteArrayAsync()));

    private async Task<GalleryImage> BringAsync(ImageFormat format)
    {
        string path = Path.Combine(_folder, "a" + format.Extension());
        await File.WriteAllBytesAsync(path, PictureExport.Insert(PictureEncoder.Encode(new RgbImage(16, 16, new byte[16 * 16 * 3]), format), format, Parameters, record: null));
        return (await _host.Get<PictureIntake>().KeepAsync(path, recipe: null, "me"))!.Value.Image;
    }
}
