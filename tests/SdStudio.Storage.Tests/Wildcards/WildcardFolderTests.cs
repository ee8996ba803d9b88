using System.Text;
using Microsoft.Extensions.Time.Testing;
using SdStudio.Storage.Wildcards;

namespace SdStudio.Storage.Tests.Wildcards;

public sealed class WildcardFolderTests : IDisposable
{
    private readonly string _outside = Directory.CreateTempSubdirectory("sdstudio-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly WildcardFolder _folder;

    public WildcardFolderTests()
    {
        Root = Path.Combine(_outside, "wildcards");
        _folder = new WildcardFolder(Root, _time);
    }

    private string Root { get; }

    public void Dispose() => Directory.Delete(_outside, recursive: true);

    [Fact]
    public void LinesOf_FileOfAnotherProgram_LeavesOutCommentsAndEmptyLines()
    {
        Put("animals/birds.txt", "\ufeff# of the garden\r\n robin \r\n\r\nblackbird\r\n#wren");

        Assert.Equal(["robin", "blackbird"], _folder.LinesOf("animals/birds"));
        Assert.Equal(["robin", "blackbird"], _folder.LinesOf("Animals/Birds"));
        Assert.Equal(["animals/birds"], _folder.Names);
    }

    [Fact]
    public void LinesOf_Utf16OfWindows_IsRead()
    {
        Put("a.txt", "");
        File.WriteAllText(Path.Combine(Root, "a.txt"), "grün\n", Encoding.Unicode);

        Assert.Equal(["grün"], _folder.LinesOf("a"));
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("sub/../../secret")]
    [InlineData("nothing")]
    [InlineData("")]
    public void LinesOf_NameOfNoFile_IsNull(string name)
    {
        File.WriteAllText(Path.Combine(_outside, "secret.txt"), "secret");
        Put("a.txt", "x");

        Assert.Null(_folder.LinesOf(name));
        Assert.Null(_folder.Read(name));
    }

    [Fact]
    public void Names_NoFolder_AreNone() => Assert.Empty(_folder.Names);

    [Fact]
    public void LinesOf_FileChangedByOthers_IsReadAgain()
    {
        int changes = 0;
        Put("a.txt", "one");
        Assert.Equal(["one"], _folder.LinesOf("a"));
        _folder.Changed += () => changes++;

        Put("a.txt", "two, three");
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(["two, three"], _folder.LinesOf("a"));
        Assert.Equal(1, changes);
    }

    [Fact]
    public void List_LinksOutOfTheFolder_AreNotFollowed()
    {
        Put("own.txt", "x");
        File.WriteAllText(Path.Combine(_outside, "secret.txt"), "secret");
        Directory.CreateDirectory(Path.Combine(_outside, "more"));
        File.WriteAllText(Path.Combine(_outside, "more", "deep.txt"), "secret");
        File.CreateSymbolicLink(Path.Combine(Root, "link.txt"), Path.Combine(_outside, "secret.txt"));
        Directory.CreateSymbolicLink(Path.Combine(Root, "folder"), Path.Combine(_outside, "more"));

        Assert.Equal(["own"], _folder.List().Select(file => file.Name));
    }

    [Fact]
    public async Task Create_ThroughALinkedFolder_IsRefused()
    {
        Put("own.txt", "x");
        Directory.CreateDirectory(Path.Combine(_outside, "more"));
        Directory.CreateSymbolicLink(Path.Combine(Root, "folder"), Path.Combine(_outside, "more"));

        Assert.Contains("link", await _folder.CreateAsync("folder/new", "x"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(_outside, "more")));
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("/escaped")]
    [InlineData("a/../../escaped")]
    public async Task Create_HostileName_WritesNothing(string name)
    {
        Assert.NotNull(await _folder.CreateAsync(name, "x"));

        Assert.False(File.Exists(Path.Combine(_outside, "escaped.txt")));
        Assert.False(Directory.Exists(Root));
    }

    [Fact]
    public async Task Create_NameThatIsTaken_SaysSo()
    {
        Assert.Null(await _folder.CreateAsync("a", "x"));

        Assert.NotNull(await _folder.CreateAsync("A", "y"));
        Assert.Equal(["x"], _folder.LinesOf("a"));
    }

    [Fact]
    public async Task Save_VersionThatWasRead_IsWrittenWithTheFilesLineEnds()
    {
        Put("a.txt", "one\r\ntwo\r\n");
        WildcardText read = _folder.Read("a")!;

        Assert.Equal("one\ntwo\n", read.Text);
        Assert.Null(await _folder.SaveAsync("a", "one\nthree\n", read.Version));
        Assert.Equal("one\r\nthree\r\n", await File.ReadAllTextAsync(Path.Combine(Root, "a.txt")));
        Assert.Equal(["one", "three"], _folder.LinesOf("a"));
    }

    [Fact]
    public async Task Save_ChangedMeanwhile_KeepsWhatOthersWrote()
    {
        Put("a.txt", "one");
        WildcardText read = _folder.Read("a")!;
        Put("a.txt", "of others");

        Assert.Contains("meanwhile", await _folder.SaveAsync("a", "mine", read.Version), StringComparison.Ordinal);
        Assert.Equal("of others", await File.ReadAllTextAsync(Path.Combine(Root, "a.txt")));
    }

    [Fact]
    public async Task Save_FileThatIsNotUtf8_IsLeftAlone()
    {
        Put("a.txt", "");
        byte[] latin = [0x67, 0x72, 0xFC, 0x6E];
        await File.WriteAllBytesAsync(Path.Combine(Root, "a.txt"), latin);

        WildcardText read = _folder.Read("a")!;

        Assert.Contains("UTF-8", read.Problem, StringComparison.Ordinal);
        Assert.NotNull(await _folder.SaveAsync("a", "x", read.Version));
        Assert.Equal(latin, await File.ReadAllBytesAsync(Path.Combine(Root, "a.txt")));
    }

    [Fact]
    public async Task Save_AfterAKillBetweenWriteAndMove_FindsTheOldFileWhole()
    {
        Put("a.txt", "old");
        Put("a.txt.tmp", "half a n");

        WildcardFile file = Assert.Single(_folder.List());
        Assert.Equal(("a", 1), (file.Name, file.Options));
        Assert.Equal(["old"], _folder.LinesOf("a"));
        Assert.Null(await _folder.SaveAsync("a", "new", _folder.Read("a")!.Version));
        Assert.Equal("new", await File.ReadAllTextAsync(Path.Combine(Root, "a.txt")));
        Assert.False(File.Exists(Path.Combine(Root, "a.txt.tmp")));
    }

    [Fact]
    public async Task Rename_IntoAFolder_MovesTheFileAndItsEmptyFolderGoes()
    {
        Put("old/a.txt", "x");

        Assert.Null(await _folder.RenameAsync("old/a", "new/b"));

        Assert.Equal(["new/b"], _folder.Names);
        Assert.False(Directory.Exists(Path.Combine(Root, "old")));
        Assert.NotNull(await _folder.RenameAsync("new/b", "../out"));
        Assert.NotNull(await _folder.RenameAsync("gone", "c"));
    }

    [Fact]
    public async Task Rename_OnlyTheCase_IsAllowed()
    {
        Put("a.txt", "x");
        Put("c.txt", "y");

        Assert.NotNull(await _folder.RenameAsync("a", "C"));
        Assert.Null(await _folder.RenameAsync("a", "A"));
        Assert.Equal(["A", "c"], _folder.Names);
    }

    [Fact]
    public async Task Delete_AndUndo_BringsTheFileBack()
    {
        Put("animals/a.txt", "x");

        string token = (await _folder.DeleteAsync("animals/a"))!;
        Assert.Empty(_folder.Names);
        Assert.Null(await _folder.RestoreAsync(token, "animals/a"));

        Assert.Equal(["x"], _folder.LinesOf("animals/a"));
        Assert.False(Directory.Exists(Path.Combine(Root, ".trash")));
        Assert.Null(await _folder.DeleteAsync("gone"));
        Assert.NotNull(await _folder.RestoreAsync("../../x", "b"));
        Assert.NotNull(await _folder.RestoreAsync(token, "b"));
    }

    [Fact]
    public async Task Restore_NameThatIsTakenNow_KeepsBoth()
    {
        Put("a.txt", "old");
        string token = (await _folder.DeleteAsync("a"))!;
        Assert.Null(await _folder.CreateAsync("a", "new"));

        Assert.NotNull(await _folder.RestoreAsync(token, "a"));
        Assert.Equal(["new"], _folder.LinesOf("a"));
        Assert.Null(await _folder.RestoreAsync(token, "b"));
        Assert.Equal(["old"], _folder.LinesOf("b"));
    }

    [Fact]
    public async Task PurgeTrash_DeletedBefore_IsGoneForGood()
    {
        Put("a.txt", "x");
        string token = (await _folder.DeleteAsync("a"))!;

        Assert.Equal(0, _folder.PurgeTrash(DateTimeOffset.UtcNow - TimeSpan.FromDays(1)));
        Assert.Equal(1, _folder.PurgeTrash(DateTimeOffset.UtcNow + TimeSpan.FromDays(1)));
        Assert.NotNull(await _folder.RestoreAsync(token, "a"));
    }

    [Fact]
    public void List_FilesThatCannotBeUsed_SaysWhy()
    {
        Put("empty.txt", "# nothing\n");
        Put("picture.txt", "PNG\0\0\0");
        Put("large.txt", "");
        using (FileStream file = File.OpenWrite(Path.Combine(Root, "large.txt")))
        {
            file.SetLength((4 << 20) + 1);
        }

        Dictionary<string, WildcardFile> files = _folder.List().ToDictionary(file => file.Name);

        Assert.Contains("options", files["empty"].Problem, StringComparison.Ordinal);
        Assert.Contains("text", files["picture"].Problem, StringComparison.Ordinal);
        Assert.Contains("larger", files["large"].Problem, StringComparison.Ordinal);
    }

    private void Put(string file, string text)
    {
        string path = Path.Combine([Root, .. file.Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
