using Bunit;
using Bunit.TestDoubles;
using Microsoft.Extensions.DependencyInjection;
using SdStudio.Storage.Owner;
using SdStudio.Web.Components.Owner;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Security;
using SdStudio.Web.Tests.Components.Parts;

namespace SdStudio.Web.Tests.Components.Owner;

public sealed class OwnerPageTests : PartsContext, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
    private readonly OwnerPassphrase _passphrase;
    private readonly OwnerIdentity _identity;

    public OwnerPageTests()
    {
        _passphrase = new OwnerPassphrase(_folder);
        _identity = new OwnerIdentity(_passphrase);
        Services.AddSingleton(_passphrase);
        Services.AddSingleton(_identity);
    }

    void IDisposable.Dispose()
    {
        Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void OwnerPage_AtTheHost_SetsThePassphrase()
    {
        _identity.Become(OwnerProof.AtHost);
        var page = Render<OwnerPage>();

        page.Find("#new-passphrase").Input("a sentence to remember");
        page.Find("form").Submit();

        Assert.True(_passphrase.Proves("a sentence to remember"));
        Assert.Equal("The passphrase is set", Services.GetRequiredService<NoticeService>().Current?.Text);
        Assert.Equal("", page.Find("#new-passphrase").GetAttribute("value"));
    }

    [Fact]
    public void OwnerPage_ShortPassphrase_SaysWhy()
    {
        _identity.Become(OwnerProof.AtHost);
        var page = Render<OwnerPage>();

        page.Find("#new-passphrase").Input("short");
        page.Find("form").Submit();

        Assert.Null(_passphrase.Generation);
        Assert.Contains("at least 10 characters", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void OwnerPage_AtTheHost_RemovesThePassphrase()
    {
        _passphrase.Set("a sentence to remember");
        _identity.Become(OwnerProof.AtHost);
        var page = Render<OwnerPage>();

        page.Find("button.danger").Click();

        Assert.Null(_passphrase.Generation);
    }

    [Fact]
    public void OwnerPage_OwnersBrowserElsewhere_CannotChangeThePassphrase()
    {
        _passphrase.Set("a sentence to remember");
        _identity.Become(OwnerProof.ByPassphrase(_passphrase.Generation!));

        var page = Render<OwnerPage>();

        Assert.Empty(page.FindAll("#new-passphrase"));
        Assert.Equal("/owner/forget", page.Find("form").GetAttribute("action"));
    }

    [Fact]
    public void OwnerOnly_Visitor_SaysHowToBecomeTheOwner()
    {
        Services.GetRequiredService<BunitNavigationManager>().NavigateTo("/models?kind=loras");

        var gate = Render<OwnerOnly>(parameters => parameters.Add(part => part.What, "get models").AddChildContent("<b>secret</b>"));

        Assert.DoesNotContain("secret", gate.Markup, StringComparison.Ordinal);
        Assert.Equal("/owner?return=%2Fmodels%3Fkind%3Dloras", gate.Find("a").GetAttribute("href"));
    }

    [Fact]
    public void OwnerOnly_Owner_SeesWhatIsInside()
    {
        _identity.Become(OwnerProof.AtHost);

        var gate = Render<OwnerOnly>(parameters => parameters.Add(part => part.What, "get models").AddChildContent("<b>inside</b>"));

        gate.MarkupMatches("<b>inside</b>");
    }
}
