using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SdStudio.Storage.Models;
using SdStudio.Storage.Owner;
using SdStudio.Tests;
using SdStudio.Web.Components.Models;
using SdStudio.Web.Configuration;
using SdStudio.Web.Security;
using SdStudio.Web.Tests.Components.Parts;

namespace SdStudio.Web.Tests.Components.Models;

/// <summary>Who is offered the download of the tokenizer.</summary>
public sealed class TokenizerNoticeTests : PartsContext, IAsyncLifetime
{
    private readonly TinyCheckpoint _own = TinyCheckpoint.SingleFile(name: "harbour");
    private readonly StudioHost _host;
    private readonly OwnerIdentity _identity;

    public TokenizerNoticeTests()
    {
        _host = new StudioHost(("Models:Roots:0", Path.GetDirectoryName(_own.Path)!));
        _identity = new OwnerIdentity(_host.Get<OwnerPassphrase>());
    }

    public async Task InitializeAsync()
    {
        Services.AddSingleton(_host.Get<ModelCatalog>());
        Services.AddSingleton(_host.Get<StudioPaths>());
        Services.AddSingleton(_identity);
        await _host.Get<ModelCatalog>().ScanAsync();
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await _host.DisposeAsync();
        _own.Dispose();
    }

    [Fact]
    public void TokenizerNotice_Visitor_IsToldWhoMayDownload()
    {
        var notice = Render<TokenizerNotice>();

        notice.WaitForAssertion(() => Assert.Contains("Only the owner", notice.Find("[data-testid=owner-only]").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.Empty(notice.FindAll("button"));
    }

    [Fact]
    public void TokenizerNotice_Offline_OffersNoDownload()
    {
        _identity.Become(OwnerProof.AtHost);
        Services.AddSingleton(new TokenizerDownloadSettings { Offline = true });

        var notice = Render<TokenizerNotice>();

        notice.WaitForAssertion(() => Assert.Contains("works offline", notice.Find("[data-testid=offline]").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.Empty(notice.FindAll("button"));
    }
}
