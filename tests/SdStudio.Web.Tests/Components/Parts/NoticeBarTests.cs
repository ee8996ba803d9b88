using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Tests.Components.Parts;

public sealed class NoticeBarTests : PartsContext
{
    private readonly NoticeService _notices;

    public NoticeBarTests() => _notices = Services.GetRequiredService<NoticeService>();

    [Fact]
    public void NoticeBar_WithoutNotice_IsAnEmptyLiveRegion()
    {
        var bar = Render<NoticeBar>();

        Assert.Equal("status", bar.Find("[data-testid=notice]").GetAttribute("role"));
        Assert.Empty(bar.Find("[data-testid=notice]").TextContent.Trim());
    }

    [Fact]
    public async Task NoticeBar_UndoPressed_UndoesOnceAndGoes()
    {
        int undone = 0;
        var bar = Render<NoticeBar>();
        await bar.InvokeAsync(() => _notices.ShowUndo("3 pictures moved to the trash", () =>
        {
            undone++;
            return Task.CompletedTask;
        }));

        await bar.Find("button").ClickAsync(new());

        Assert.Equal(1, undone);
        Assert.Null(_notices.Current);
        Assert.Empty(bar.FindAll("button"));
    }

    [Fact]
    public async Task NoticeBar_TenSecondsPass_CountsDownAndGoes()
    {
        var bar = Render<NoticeBar>();
        await bar.InvokeAsync(() => _notices.ShowUndo("A picture moved to the trash", () => Task.CompletedTask));

        Clock.Advance(TimeSpan.FromSeconds(2));
        bar.WaitForAssertion(() => Assert.Contains("8 s", bar.Markup));
        for (int i = 0; i < 8; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        bar.WaitForAssertion(() => Assert.Null(_notices.Current));
    }

    [Fact]
    public async Task NoticeBar_PointedAt_StandsStill()
    {
        var bar = Render<NoticeBar>();
        await bar.InvokeAsync(() => _notices.ShowUndo("A picture moved to the trash", () => Task.CompletedTask));
        await bar.Find(".toast").TriggerEventAsync("onmouseenter", new Microsoft.AspNetCore.Components.Web.MouseEventArgs());

        for (int i = 0; i < 30; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await bar.InvokeAsync(() => { });
        Assert.NotNull(_notices.Current);
    }

    [Fact]
    public async Task NoticeBar_SecondNotice_TakesThePlaceOfTheFirst()
    {
        var bar = Render<NoticeBar>();
        await bar.InvokeAsync(() => _notices.Show("Link copied"));
        await bar.InvokeAsync(() => _notices.Show("Saved"));

        bar.WaitForAssertion(() => Assert.Contains("Saved", bar.Markup));
        Assert.DoesNotContain("Link copied", bar.Markup);
    }
}
