using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;
using SdStudio.Diffusion;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Generation;
using SdStudio.Web.Imports;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Import;

/// <summary>The way in for pictures of other programs, on a page that has it.</summary>
public sealed partial class PictureDrop : ComponentBase, IAsyncDisposable
{
    private ElementReference _root;
    private IJSObjectReference? _module;
    private IJSObjectReference? _ears;
    private BroughtPicture? _brought;
    private bool _open;
    private bool _reading;

    /// <summary>Of the button.</summary>
    [Parameter]
    public string Class { get; set; } = "btn ghost";

    /// <summary>The recipe shall be made at once; without it, it is, and Create shows it.</summary>
    [Parameter]
    public EventCallback<ImageRecipe> OnMake { get; set; }

    /// <summary>The recipe shall go into the form; without it, Create opens with it.</summary>
    [Parameter]
    public EventCallback<ImageRecipe> OnEdit { get; set; }

    [Inject]
    private UploadFolder Uploads { get; set; } = default!;

    [Inject]
    private GenerationQueue Queue { get; set; } = default!;

    [Inject]
    private BrowserIdentity Browser { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private NoticeService Notices { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    public async ValueTask DisposeAsync()
    {
        _brought?.Upload.Dispose();
        try
        {
            if (_ears is not null)
            {
                await _ears.InvokeVoidAsync("stop");
                await _ears.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and its listeners with it.
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _module = await Js.InvokeAsync<IJSObjectReference>("import", "./Components/Import/PictureDrop.razor.js");
            _ears = await _module.InvokeAsync<IJSObjectReference>("listen", _root);
        }
    }

    private async Task ReadAsync(InputFileChangeEventArgs change)
    {
        if (_reading || change.FileCount == 0)
        {
            return;
        }

        IBrowserFile file = change.File;
        if (file.Size > UploadFolder.LongestFile)
        {
            Notices.Show($"{file.Name} is too large: at most {ByteSize.Text(UploadFolder.LongestFile)}.");
            return;
        }

        _reading = true;
        try
        {
            await using Stream content = file.OpenReadStream(UploadFolder.LongestFile);
            if (await Uploads.ReceiveAsync(content) is not { } upload)
            {
                Notices.Show("Many pictures are being read at this moment. Try again in a moment.");
                return;
            }

            _brought?.Upload.Dispose();
            // Pixels may have to be decoded, which is no work for the thread that keeps the page alive.
            _brought = await Task.Factory.StartNew(() => BroughtPicture.Look(file.Name, upload), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            _open = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JSException or OperationCanceledException or TimeoutException)
        {
            Notices.Show("The picture did not arrive whole. Try again.");
        }
        finally
        {
            _reading = false;
        }
    }

    /// <summary>The browser has the picture already: nothing is sent back to show it.</summary>
    private async Task ShowPreviewAsync(ElementReference image)
    {
        if (_ears is not null)
        {
            await _ears.InvokeVoidAsync("show", image);
        }
    }

    private void OpenChanged(bool open)
    {
        _open = open;
        if (!open)
        {
            _brought?.Upload.Dispose();
            _brought = null;
        }
    }

    private async Task MakeAsync(ImageRecipe recipe)
    {
        OpenChanged(false);
        if (OnMake.HasDelegate)
        {
            await OnMake.InvokeAsync(recipe);
        }
        else if ((await Queue.EnqueueAsync(recipe, 1, Browser.Id, null)).Count > 0)
        {
            Navigation.NavigateTo("/");
        }
        else
        {
            Notices.Show("The queue is full. Try again when a picture is done.");
        }
    }

    private async Task EditAsync(ImageRecipe recipe)
    {
        OpenChanged(false);
        if (OnEdit.HasDelegate)
        {
            await OnEdit.InvokeAsync(recipe);
            return;
        }

        var form = new RecipeFormModel();
        form.Take(recipe, keepSeed: true);
        Navigation.NavigateTo($"/?{RecipeQuery.Format(form)}");
    }
}
