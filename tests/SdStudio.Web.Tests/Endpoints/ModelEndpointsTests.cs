using System.Net;
using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Models;
using SdStudio.Web.Endpoints;

namespace SdStudio.Web.Tests.Endpoints;

public sealed class ModelEndpointsTests : IAsyncLifetime
{
    private readonly string _models = Directory.CreateTempSubdirectory("sdstudio-").FullName;
    private StudioHost _host = null!;
    private HttpClient _visitor = null!;

    public async Task InitializeAsync()
    {
        string lora = Directory.GetFiles(Path.Combine(RepositoryRoot.Models, "postcard", "loras"), "*.safetensors")[0];
        Directory.CreateDirectory(Path.Combine(_models, "loras"));
        File.Copy(lora, Path.Combine(_models, "loras", "style.safetensors"));
        File.Copy(lora, Path.Combine(_models, "loras", "without.safetensors"));
        await File.WriteAllBytesAsync(Path.Combine(_models, "loras", "style.png"), PngFile.Encode(new RgbImage(300, 200, new byte[300 * 200 * 3]), []));
        _host = new StudioHost(("Models:Roots:0", _models));
        _visitor = _host.Visitor();
        await _host.Get<ModelCatalog>().ScanAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_models, recursive: true);
    }

    [Fact]
    public async Task Preview_ById_IsAWebpThatMayBeKept()
    {
        ModelFile model = _host.Get<ModelCatalog>().Find(ModelKind.Lora, "style")!;

        using HttpResponseMessage answer = await _visitor.GetAsync(ModelEndpoints.AddressOf(model, 256));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("image/webp", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        byte[] bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(bytes.AsSpan().StartsWith("RIFF"u8));
    }

    [Fact]
    public async Task Preview_OfNothing_IsNotFound()
    {
        ModelFile without = _host.Get<ModelCatalog>().Find(ModelKind.Lora, "without")!;
        ModelFile model = _host.Get<ModelCatalog>().Find(ModelKind.Lora, "style")!;

        Assert.Null(ModelEndpoints.AddressOf(without, 256));
        foreach (string address in (string[])[$"/models/{without.Id}/preview/256.webp", "/models/0123456789abcdef/preview/256.webp", $"/models/{model.Id}/preview/9999.webp", "/models/..%2f..%2fetc/preview/256.webp"])
        {
            using HttpResponseMessage answer = await _visitor.GetAsync(address);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }
}
