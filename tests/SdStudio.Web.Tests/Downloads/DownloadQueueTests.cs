using System.Security.Cryptography;
using SdStudio.Storage.Models;
using SdStudio.Storage.Models.Downloads;
using SdStudio.Tests;
using SdStudio.Web.Downloads;
using SdStudio.Web.Security;

namespace SdStudio.Web.Tests.Downloads;

public sealed class DownloadQueueTests
{
    [Fact]
    public async Task Add_SoundModel_IsFetchedAndAmongTheModels()
    {
        await using DownloadDesk desk = await DownloadDesk.OpenAsync();
        desk.Serve();

        DownloadEntry entry = desk.Queue.Add(desk.Plan(hash: Convert.ToHexStringLower(SHA256.HashData(desk.Content))), desk.Owner);
        await desk.WhenAsync(entry.Id, DownloadState.Done);

        ModelFile model = Assert.Single(desk.Catalog.Models);
        Assert.Equal("harbour", model.Name);
        Assert.Equal(model.Path, desk.Entry(entry.Id).Path);
        Assert.Equal(100, desk.Entry(entry.Id).Percent);
        Assert.Empty(desk.Folder.Read());
    }

    [Fact]
    public async Task Changes_OfAVisitor_AreRefused()
    {
        await using DownloadDesk desk = await DownloadDesk.OpenAsync();
        Assert.Throws<OwnerOnlyException>(() => desk.Queue.Add(desk.Plan(), desk.Visitor));
        Assert.Empty(desk.Queue.Entries);

        DownloadEntry entry = await desk.BeginAsync();
        Assert.Throws<OwnerOnlyException>(() => desk.Queue.Pause(entry.Id, desk.Visitor));
        Assert.Throws<OwnerOnlyException>(() => desk.Queue.Resume(entry.Id, desk.Visitor));
        Assert.Throws<OwnerOnlyException>(() => desk.Queue.Cancel(entry.Id, desk.Visitor));
        await desk.WhenAsync(entry.Id, DownloadState.Running);
    }

    [Fact]
    public async Task Several_RunOneAtATimeInOrder()
    {
        await using DownloadDesk desk = await DownloadDesk.OpenAsync();
        TaskCompletionSource go = new();
        desk.Server.Answer("/first", async (request, stream, stop) =>
        {
            await go.Task;
            await LocalServer.SendAsync(stream, "200 OK", $"Content-Length: {desk.Content.Length}\r\n", desk.Content, stop);
        });
        desk.Serve("second");

        DownloadEntry first = desk.Queue.Add(desk.Plan("first"), desk.Owner), second = desk.Queue.Add(desk.Plan("second"), desk.Owner);
        await desk.WhenAsync(first.Id, DownloadState.Running);
        Assert.Equal(DownloadState.Waiting, desk.Entry(second.Id).State);

        go.SetResult();
        await desk.WhenAsync(second.Id, DownloadState.Done);
        Assert.Equal(DownloadState.Done, desk.Entry(first.Id).State);
    }

    [Fact]
    public async Task Pause_WhileRunning_KeepsWhatIsHereAndResumeAsksForTheRest()
    {
        await using DownloadDesk desk = await DownloadDesk.OpenAsync();
        DownloadEntry entry = await desk.BeginAndPauseAsync();
        Assert.Equal(DownloadState.Paused, desk.Entry(entry.Id).State);

        desk.Serve();
        desk.Queue.Resume(entry.Id, desk.Owner);
        await desk.WhenAsync(entry.Id, DownloadState.Done);
        Assert.Equal(DownloadDesk.Begun, desk.Server.Heard[^1].From);
    }

    [Fact]
    public async Task Pause_OutlivesARestart()
    {
        await using DownloadDesk desk = await DownloadDesk.OpenAsync();
        DownloadEntry entry = await desk.BeginAndPauseAsync();

        await desk.RestartAsync();

        DownloadEntry paused = Assert.Single(desk.Queue.Entries);
        Assert.Equal((entry.Id, DownloadState.Paused, (long)DownloadDesk.Begun), (paused.Id, paused.State, paused.Received));
    }

    [Fact]
    public async Task Restart_WhileRunning_GoesOnByItself()
    {
        await using DownloadDesk desk = await DownloadDesk.OpenAsync();
        DownloadEntry entry = await desk.BeginAsync();

        desk.Serve();
        await desk.RestartAsync();
        await desk.WhenAsync(entry.Id, DownloadState.Done);

        Assert.Equal(DownloadDesk.Begun, desk.Server.Heard[^1].From);
    }

    [Fact]
    public async Task Cancel_WhileRunning_ThrowsEverythingAwayAndTheNextRuns()
    {
        await using DownloadDesk desk = await DownloadDesk.OpenAsync();
        desk.Serve("second");
        DownloadEntry first = await desk.BeginAsync("first"), second = desk.Queue.Add(desk.Plan("second"), desk.Owner);

        desk.Queue.Cancel(first.Id, desk.Owner);
        await desk.WhenAsync(second.Id, DownloadState.Done);

        Assert.Empty(desk.Folder.Read());
        Assert.Equal(["second.safetensors"], Directory.GetFiles(desk.Folder.ModelRoot, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Failure_IsSaidKeptOverARestartAndTriedAgainWhenAsked()
    {
        await using DownloadDesk desk = await DownloadDesk.OpenAsync();
        desk.Server.Answer("/harbour", (stream, stop) => LocalServer.SendAsync(stream, "403 Forbidden", "Content-Length: 0\r\n", [], stop));
        DownloadEntry entry = desk.Queue.Add(desk.Plan(), desk.Owner);
        await desk.WhenAsync(entry.Id, DownloadState.Failed);
        Assert.Contains("does not give harbour.safetensors to everybody", desk.Entry(entry.Id).Problem, StringComparison.Ordinal);
        await Until.True(() => desk.Folder.Read() is [{ Problem: not null }], "the problem is kept");

        await desk.RestartAsync();
        Assert.Equal(DownloadState.Failed, desk.Entry(entry.Id).State);

        desk.Serve();
        desk.Queue.Resume(entry.Id, desk.Owner);
        await desk.WhenAsync(entry.Id, DownloadState.Done);
    }

    [Fact]
    public async Task Failure_OfOne_LetsTheNextRun()
    {
        await using DownloadDesk desk = await DownloadDesk.OpenAsync();
        desk.Server.Answer("/first", "<html>log in</html>"u8.ToArray());
        desk.Serve("second");

        DownloadEntry first = desk.Queue.Add(desk.Plan("first") with { Files = [new PlannedFile(new Uri(desk.Server.Address, "/first"), "first.safetensors", null, null)] }, desk.Owner);
        DownloadEntry second = desk.Queue.Add(desk.Plan("second"), desk.Owner);
        await desk.WhenAsync(second.Id, DownloadState.Done);

        Assert.Equal(DownloadState.Failed, desk.Entry(first.Id).State);
    }

    [Fact]
    public async Task Complaint_OfWhatIsThereOnItsWayOrTooLarge_ComesBeforeAnythingIsAsked()
    {
        await using DownloadDesk desk = await DownloadDesk.OpenAsync();
        desk.ServeAndHang(1);
        Assert.Null(desk.Queue.Complaint(desk.Plan()));

        desk.Queue.Add(desk.Plan(), desk.Owner);
        Assert.Contains("among the downloads already", desk.Queue.Complaint(desk.Plan()), StringComparison.Ordinal);
        Assert.Throws<DownloadException>(() => desk.Queue.Add(desk.Plan(), desk.Owner));

        Directory.CreateDirectory(Path.Combine(desk.Folder.ModelRoot, "checkpoints"));
        await File.WriteAllBytesAsync(Path.Combine(desk.Folder.ModelRoot, "checkpoints", "other.safetensors"), [1]);
        Assert.Contains("There already is checkpoints/other.safetensors", desk.Queue.Complaint(desk.Plan("other")), StringComparison.Ordinal);

        desk.Settings = desk.Settings with { FreeSpace = _ => 1000 };
        await desk.RestartAsync();
        Assert.Contains("Make room", desk.Queue.Complaint(desk.Plan("third")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offline_NothingIsAskedAndWhatWaitsGoesOnWaiting()
    {
        await using DownloadDesk desk = await DownloadDesk.OpenAsync(isOffline: true);
        desk.Serve();
        desk.Folder.Save(DownloadOrder.Of(desk.Plan(), TimeProvider.System));
        await desk.RestartAsync();

        Assert.Contains("works offline", Assert.Throws<DownloadException>(() => desk.Queue.Add(desk.Plan("other"), desk.Owner)).Message, StringComparison.Ordinal);
        Assert.Equal(DownloadState.Waiting, Assert.Single(desk.Queue.Entries).State);
        Assert.Empty(desk.Server.Heard);
    }
}
