using SdStudio.Storage.Import;
using SdStudio.Web.Components.Import;
using SdStudio.Web.Imports;

namespace SdStudio.Web.Tests.Components.Import;

public sealed class ImportWordsTests
{
    private static readonly FolderImport s_import = new(1, "/outputs", Copies: true, "me", ImportState.Open, DateTimeOffset.UnixEpoch);

    [Fact]
    public void Counts_AsItGoesOn_SayWhatIsKnown()
    {
        Assert.Equal("Waits for its turn", ImportWords.Counts(new ImportEntry(s_import, IsRunning: false, Left: null)));
        Assert.Equal("Counting the pictures", ImportWords.Counts(new ImportEntry(s_import, IsRunning: true, Left: null)));
        Assert.Equal(
            "1\u2009204 of 98\u2009310 pictures looked at · 1\u2009180 came in, 20 were here already, 4 cannot be read",
            ImportWords.Counts(new ImportEntry(s_import with { Total = 98_310, Seen = 1204, Added = 1180, Known = 20, Unreadable = 4 }, IsRunning: true, Left: null)));
        Assert.Equal("1 picture · 0 came in, 1 was here already", ImportWords.Counts(new ImportEntry(s_import with { State = ImportState.Done, Total = 1, Seen = 1, Known = 1 }, IsRunning: false, Left: null)));
    }

    [Fact]
    public void Outlook_OfAFailedOne_IsWhatHappened() =>
        Assert.Equal("The folder is gone.", ImportWords.Outlook(new ImportEntry(s_import with { State = ImportState.Failed, Problem = "The folder is gone." }, IsRunning: false, Left: null)));
}
