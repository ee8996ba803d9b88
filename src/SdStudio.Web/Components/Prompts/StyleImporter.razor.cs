using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using SdStudio.Storage.Styles;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Components.Prompts;

/// <summary>Takes over styles of other programs.</summary>
public sealed partial class StyleImporter : ComponentBase
{
    private StyleImport? _import;
    private string _fileName = "";
    private string? _problem;

    [Parameter]
    public EventCallback OnClose { get; set; }

    [Inject]
    private StyleStore Styles { get; set; } = null!;

    [Inject]
    private NoticeService Notices { get; set; } = null!;

    private int Known => _import?.Styles.Count(style => Styles.Find(style.Name) is not null) ?? 0;

    private async Task ReadAsync(InputFileChangeEventArgs e)
    {
        (_import, _problem, _fileName) = (null, null, e.File.Name);
        if (e.File.Size > StyleCsv.LargestFile)
        {
            _problem = $"{e.File.Name} is larger than {StyleCsv.LargestFile >> 20} MB. Is it a styles.csv?";
            return;
        }

        try
        {
            await using Stream stream = e.File.OpenReadStream(StyleCsv.LargestFile);
            using MemoryStream bytes = new();
            await stream.CopyToAsync(bytes);
            _import = StyleCsv.Read(bytes.ToArray());
        }
        catch (IOException)
        {
            _problem = $"{e.File.Name} did not arrive whole. Choose it again.";
        }
    }

    private async Task ImportAsync(bool replaces)
    {
        (int added, int replaced, _problem) = await Styles.ImportAsync(_import!.Styles, replaces);
        if (_problem is null)
        {
            _import = null;
            Notices.Show(replaced == 0 ? $"{Count.Of(added, "style")} added" : $"{Count.Of(added, "style")} added, {replaced} replaced");
            await OnClose.InvokeAsync();
        }
    }
}
