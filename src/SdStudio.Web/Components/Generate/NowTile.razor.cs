using Microsoft.AspNetCore.Components;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Components.Generate;

/// <summary>The running job's newest preview, small. It does not ask for previews itself: where only this is seen, the canvas is looked at for something else.</summary>
public sealed partial class NowTile : ComponentBase, IDisposable
{
    protected override void OnInitialized()
    {
        _subscription = Job.Subscribe(() => InvokeAsync(() =>
        {
            _frame = Job.Progress.Frame ?? _frame;
            StateHasChanged();
        }));
        _frame = Job.Progress.Frame ?? (Job.Frames is [.., PreviewFrame last] ? last : null);
    }

    public void Dispose() => _subscription?.Dispose();
}
