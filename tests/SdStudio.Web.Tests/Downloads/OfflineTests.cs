using SdStudio.Storage.Models;
using SdStudio.Storage.Models.Downloads;
using SdStudio.Tests;
using SdStudio.Web.Security;

namespace SdStudio.Web.Tests.Downloads;

/// <summary>The switch of the settings, at every door of the program as it is put together.</summary>
public sealed class OfflineTests : IDisposable
{
    private readonly LocalServer _server = new();
    private readonly string _models = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    public OfflineTests() => _server.Answer("/model.safetensors", [1, 2, 3]);

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_models, recursive: true);
    }

    [Fact]
    public async Task EveryDoor_IsShut()
    {
        await using StudioHost host = new(("Downloads:Offline", "true"), ("Downloads:AllowHttp", "true"), ("Models:Roots:0", _models));
        PlannedFile file = new(new Uri(_server.Address, "/model.safetensors"), "model.safetensors", null, null);
        DownloadPlan plan = new() { Title = "A", Link = "a", Choice = "a", Place = ModelPlaces.Checkpoints, Files = [file] };
        OwnerIdentity owner = new(host.Get<Storage.Owner.OwnerPassphrase>());
        owner.Become(OwnerProof.AtHost);

        await ShutAsync<DownloadException>(() => host.Get<ModelLinks>().FindAsync("owner/name"));
        await ShutAsync<DownloadException>(() => host.Get<ModelLinks>().FindAsync("https://civitai.com/models/1"));
        await ShutAsync<DownloadException>(() => host.Get<ModelLinks>().FindAsync(file.Address.AbsoluteUri));
        await ShutAsync<DownloadException>(() => Task.FromResult(host.Get<Web.Downloads.DownloadQueue>().Add(plan, owner)));
        await ShutAsync<TokenizerDownloadException>(() => host.Get<TokenizerDownload>().RunAsync(_models));
        using ModelDownload download = new(host.Get<DownloadSettings>(), new DownloadFolder(_models), TimeProvider.System);
        await ShutAsync<DownloadException>(() => download.RunAsync(DownloadOrder.Of(plan, TimeProvider.System), null, default));

        Assert.Empty(_server.Heard);
    }

    [Fact]
    public void OutgoingRequests_AreMadeInOnePlaceOnly()
    {
        string sources = Path.Combine(RepositoryRoot.Path, "src");
        string[] doors = [.. Directory.GetFiles(sources, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(file) is var text && (text.Contains("new HttpClient", StringComparison.Ordinal) || text.Contains("new Socket(", StringComparison.Ordinal)
                || text.Contains("new TcpClient", StringComparison.Ordinal) || text.Contains("AddHttpClient", StringComparison.Ordinal) || text.Contains("WebRequest.Create", StringComparison.Ordinal)))
            .Select(file => Path.GetFileName(file))];

        Assert.Equal(["OutgoingClient.cs"], doors);
    }

    private static async Task ShutAsync<T>(Func<Task> door)
        where T : Exception => Assert.Contains("works offline", (await Assert.ThrowsAsync<T>(door)).Message, StringComparison.Ordinal);
}
