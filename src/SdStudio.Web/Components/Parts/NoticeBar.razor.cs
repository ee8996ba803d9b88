using Microsoft.AspNetCore.Components;

namespace SdStudio.Web.Components.Parts;

/// <summary>Shows the current notice of <see cref="NoticeService"/> and counts its seconds down.</summary>
public sealed partial class NoticeBar : ComponentBase, IDisposable
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private Notice? _notice;
    private TimeSpan _left;
    private bool _held;
    private ITimer? _timer;

    [Inject]
    private NoticeService Notices { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    public void Dispose()
    {
        Notices.Changed -= OnChanged;
        _timer?.Dispose();
    }

    protected override void OnInitialized()
    {
        Notices.Changed += OnChanged;
        _timer = Clock.CreateTimer(_ => InvokeAsync(Tick), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Take();
    }

    private void OnChanged() => _ = InvokeAsync(() =>
    {
        Take();
        StateHasChanged();
    });

    private void Take()
    {
        _notice = Notices.Current;
        _left = _notice?.Lasts ?? TimeSpan.Zero;
        _held = false;
        TimeSpan period = _notice is null ? Timeout.InfiniteTimeSpan : s_second;
        _timer?.Change(period, period);
    }

    private void Tick()
    {
        // Who points at it is still reading or about to press.
        if (_notice is null || _held)
        {
            return;
        }

        _left -= s_second;
        if (_left <= TimeSpan.Zero)
        {
            Notices.Dismiss(_notice);
        }
        else
        {
            StateHasChanged();
        }
    }

    private void Hold() => _held = true;

    private void LetGo() => _held = false;

    private void Close()
    {
        if (_notice is not null)
        {
            Notices.Dismiss(_notice);
        }
    }

    private async Task ActAsync()
    {
        if (_notice is { Action: { } action } notice)
        {
            Notices.Dismiss(notice);
            await action();
        }
    }
}
