using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Import;
using SdStudio.Storage.Owner;
using SdStudio.Tests;
using SdStudio.Web.Imports;
using SdStudio.Web.Security;

namespace SdStudio.Web.Tests.Imports;

public sealed class ImportQueueTests : IAsyncLifetime
{
    private readonly StudioHost _host = new();
    private readonly string _outputs = Directory.CreateTempSubdirectory("outputs-").FullName;

    public Task InitializeAsync()
    {
        for (int i = 0; i < 3; i++)
        {
            File.WriteAllBytes(
                Path.Combine(_outputs, $"{i}.png"),
                PngFile.Encode(new RgbImage(8, 8, [.. Enumerable.Repeat((byte)i, 192)]), new KeyValuePair<string, string>("parameters", $"a fox\nSteps: 5, Sampler: Euler, Seed: {i}, Size: 8x8, Model: m")));
        }

        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_outputs, recursive: true);
    }

    [Fact]
    public async Task Add_ByTheOwner_RunsAndIsListed()
    {
        ImportQueue queue = _host.Get<ImportQueue>();

        Assert.Null(await queue.AddAsync(_outputs, copies: false, Owner(OwnerProof.AtHost), "me"));

        await Until.True(async () => (await queue.ListAsync()) is [{ Import.State: ImportState.Done }], "the import is done");
        ImportEntry entry = Assert.Single(await queue.ListAsync());
        Assert.Equal((3, 3, 100), (entry.Import.Added, entry.Import.Total, entry.Percent));
        Assert.Equal(3, await _host.Get<GalleryStore>().CountAsync(new GalleryQuery()));
    }

    [Fact]
    public async Task EveryChange_ByAVisitor_IsRefused()
    {
        ImportQueue queue = _host.Get<ImportQueue>();
        OwnerIdentity visitor = Owner(null);

        await Assert.ThrowsAsync<OwnerOnlyException>(() => queue.AddAsync(_outputs, copies: false, visitor, "you"));
        await Assert.ThrowsAsync<OwnerOnlyException>(() => queue.CancelAsync(1, visitor));
        await Assert.ThrowsAsync<OwnerOnlyException>(() => queue.ResumeAsync(1, visitor));
        await Assert.ThrowsAsync<OwnerOnlyException>(() => queue.RemoveAsync(1, visitor));
        Assert.Empty(await queue.ListAsync());
    }

    private OwnerIdentity Owner(string? proof)
    {
        var owner = new OwnerIdentity(_host.Get<OwnerPassphrase>());
        owner.Become(proof);
        return owner;
    }
}
