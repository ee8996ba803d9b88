using Microsoft.AspNetCore.Components;
using SdStudio.Storage.Models;

namespace SdStudio.Web.Components.Generate;

/// <summary>The model as a card; a native list lies over it, so that keyboard, screen reader and phone have their own.</summary>
public sealed partial class ModelSelect : ComponentBase
{
    private readonly string _id = $"model-{Guid.NewGuid():N}";

    [Parameter, EditorRequired]
    public required IReadOnlyList<ModelFile> Models { get; set; }

    [Parameter, EditorRequired]
    public ModelFile? Selected { get; set; }

    [Parameter]
    public EventCallback<ModelFile> OnChoose { get; set; }

    /// <summary>Address of a picture this model made; null shows its first letter.</summary>
    [Parameter]
    public string? Cover { get; set; }

    /// <summary>In memory now: its next picture starts at once.</summary>
    [Parameter]
    public bool IsLoaded { get; set; }

    /// <summary>What is wrong, null when nothing is.</summary>
    [Parameter]
    public string? Message { get; set; }

    private string Title => Selected?.Title ?? "No model";

    private string State => Selected switch
    {
        null when Models.Count == 0 => "Put one into the models folder",
        null => "Choose a model",
        { Problem: { } problem } => problem,
        { Family: { } family } => IsLoaded ? $"{family} · loaded" : family,
        _ => IsLoaded ? "loaded" : "",
    };

    private Task ChooseAsync(ChangeEventArgs e) =>
        Models.FirstOrDefault(model => model.Name == e.Value as string) is { } model ? OnChoose.InvokeAsync(model) : Task.CompletedTask;
}
