using System.Globalization;
using Microsoft.AspNetCore.Components;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Components.Generate;

/// <summary>The steps so far, side by side. One native range lies over them: dragging it looks back, letting go returns to live.</summary>
public sealed partial class FilmStrip : ComponentBase
{
    private const int MostCells = 40;

    /// <summary>First to last; steps that nobody watched are missing.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<PreviewFrame> Frames { get; set; }

    /// <summary>Finished steps.</summary>
    [Parameter, EditorRequired]
    public int Step { get; set; }

    [Parameter, EditorRequired]
    public int Steps { get; set; }

    /// <summary>The step looked back at; null while live.</summary>
    [Parameter]
    public int? Looked { get; set; }

    [Parameter]
    public EventCallback<int> OnLook { get; set; }

    [Parameter]
    public EventCallback OnLive { get; set; }

    private int Cells => Math.Clamp(Steps, 1, MostCells);

    private string ValueText => Looked is { } step && step < Step ? $"Step {step} of {Steps}" : $"Live, step {Step} of {Steps}";

    /// <summary>Where there are more steps than cells, a cell stands for several and shows the last of them.</summary>
    private int LastStepOf(int cell) => Math.Max(cell * Steps / Cells, 1);

    private int CellOf(int step) => Enumerable.Range(1, Cells).FirstOrDefault(cell => LastStepOf(cell) >= step, Cells);

    /// <summary>The newest frame up to the cell: where steps are faster than previews, some have none of their own.</summary>
    private PreviewFrame? FrameOf(int cell) => Step == 0 || cell > CellOf(Step) ? null : Frames.LastOrDefault(frame => frame.Step > 0 && frame.Step <= LastStepOf(cell));

    private string? StateOf(int cell)
    {
        int now = CellOf(Step);
        if (Looked is { } looked && looked < Step && cell == CellOf(looked))
        {
            return "sel";
        }

        return Step > 0 && cell == now ? "now" : Step == 0 || cell > now ? "todo" : null;
    }

    private Task Drag(ChangeEventArgs e) =>
        int.TryParse(e.Value as string, NumberStyles.Integer, CultureInfo.InvariantCulture, out int step) && step < Step
            ? OnLook.InvokeAsync(Math.Max(step, 1))
            : OnLive.InvokeAsync();
}
