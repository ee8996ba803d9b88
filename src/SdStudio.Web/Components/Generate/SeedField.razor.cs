using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace SdStudio.Web.Components.Generate;

/// <summary>Random each time while it is empty; a number stays until it is let go.</summary>
public sealed partial class SeedField : ComponentBase
{
    private readonly string _id = $"seed-{Guid.NewGuid():N}";
    private string? _shown;
    private bool _unreadable;
    private long? _known;

    [Parameter, EditorRequired]
    public long? Value { get; set; }

    [Parameter]
    public EventCallback<long?> ValueChanged { get; set; }

    /// <summary>The seed of the last picture, which the pin keeps; null draws a new one.</summary>
    [Parameter]
    public long? LastSeed { get; set; }

    /// <summary>What is wrong, null when nothing is.</summary>
    [Parameter]
    public string? Message { get; set; }

    private string PinLabel => Value is null ? (LastSeed is null ? "Keep one seed" : "Keep the last seed") : "Random each time";

    protected override void OnParametersSet()
    {
        if (_known != Value)
        {
            _unreadable = false;
        }

        if (!_unreadable)
        {
            (_known, _shown) = (Value, Value?.ToString(CultureInfo.InvariantCulture));
        }
    }

    private async Task Type(ChangeEventArgs e)
    {
        _shown = (e.Value as string)?.Trim() ?? "";
        bool isNumber = long.TryParse(_shown, NumberStyles.None, CultureInfo.InvariantCulture, out long seed);
        _unreadable = _shown.Length > 0 && !isNumber;
        if (!_unreadable)
        {
            await ValueChanged.InvokeAsync(isNumber ? seed : null);
        }
    }

    private Task TogglePin()
    {
        _unreadable = false;
        return ValueChanged.InvokeAsync(Value is null ? LastSeed ?? Seeds.Draw() : null);
    }
}
