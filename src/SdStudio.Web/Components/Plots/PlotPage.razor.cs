using System.Globalization;
using Microsoft.AspNetCore.Components;
using SdStudio.Diffusion;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Storage.Plots;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Generation;
using SdStudio.Web.Plots;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Plots;

/// <summary>Where a plot is written: the recipe that Create was at, and up to three axes.</summary>
public sealed partial class PlotPage : ComponentBase, IDisposable
{
    private static readonly (string Name, string Hint)[] s_names = [("Across", "the columns"), ("Down", "the rows, if you like"), ("Grids", "one grid for each value, if you like")];

    private PlotForm? _form;
    private PlotReading? _reading;
    private (ImageRecipe Recipe, TimeSpan Time)? _known;
    private string? _refused;
    private bool _busy;
    private bool _looked;

    [Inject]
    private PlotStore Plots { get; set; } = null!;

    [Inject]
    private PlotRunner Runner { get; set; } = null!;

    [Inject]
    private PlotEstimate Estimate { get; set; } = null!;

    [Inject]
    private GalleryStore Gallery { get; set; } = null!;

    [Inject]
    private ModelCatalog Catalog { get; set; } = null!;

    [Inject]
    private PromptExpansion Expansion { get; set; } = null!;

    [Inject]
    private RecipeLimits Limits { get; set; } = null!;

    [Inject]
    private BrowserIdentity Browser { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <summary>The plot whose recipe and axes are taken over: <c>/plot?again=7</c>. As text: what is no number is no reason to fail.</summary>
    [SupplyParameterFromQuery(Name = "again")]
    private string? Again { get; set; }

    private bool IsTouched => _form?.Axes.Any(axis => axis.Text.Length > 0) == true;

    private string CreateAddress
    {
        get
        {
            RecipeFormModel form = new();
            form.Take(_form!.Recipe, keepSeed: true);
            return $"/?{RecipeQuery.Format(form)}";
        }
    }

    public void Dispose() => Catalog.Changed -= OnCatalogChanged;

    protected override async Task OnInitializedAsync()
    {
        Catalog.Changed += OnCatalogChanged;
        _form = long.TryParse(Again, NumberStyles.None, CultureInfo.InvariantCulture, out long id) && await Plots.FindAsync(id) is { } earlier
            ? PlotForm.Of(earlier.Definition)
            : FromAddress();
        await RememberAsync();
        _looked = true;
        Read();
    }

    /// <summary>The recipe of the address, which Create wrote; what it leaves open is the model's to say.</summary>
    private PlotForm? FromAddress()
    {
        string query = new Uri(Navigation.Uri).Query;
        RecipeFormModel asked = new(), form = new();
        RecipeQuery.Read(query, asked);
        ModelFile? model = asked.Model.Length > 0
            ? Catalog.Find(ModelKind.Checkpoint, asked.Model)
            : Catalog.Models.FirstOrDefault(model => model.Kind == ModelKind.Checkpoint && model.Problem is null);
        if (model is null)
        {
            return null;
        }

        RecipeDefaults.For(model).ApplyTo(form, model.Name);
        if (RecipeQuery.IsWhole(query))
        {
            (form.Prompt, form.NegativePrompt) = ("", "");
        }

        RecipeQuery.Read(query, form);

        // With its LoRAs where they were written: words that are replaced may be theirs. Choices and wildcards become words once, for all pictures.
        ImageRecipe written = form.ToWritten(Seeds.Draw()) with { Checkpoint = model.Name };
        ImageRecipe? expanded = Expansion.Expand(written, 1, form.Styles)?[0];
        PlotForm plot = new(expanded is null or { Template: null } ? written : expanded);
        PlotQuery.Read(query, plot);
        return plot;
    }

    /// <summary>The newest picture of this model tells how long others take, until the program has measured some.</summary>
    private async Task RememberAsync()
    {
        if (_form is not null && await Gallery.PageAsync(new GalleryQuery(Checkpoint: _form.Recipe.Checkpoint), before: null, limit: 1) is [var newest])
        {
            _known = (newest.Recipe, newest.Duration);
        }
    }

    private void Read()
    {
        _refused = null;
        _reading = _form?.Read(Catalog.Models, Limits, Seeds.Draw);
    }

    private void Change()
    {
        Read();
        Navigation.NavigateTo($"/plot?{PlotQuery.Format(_form!)}", replace: true);
    }

    private async Task MakeAsync()
    {
        if (_busy || _reading?.Definition is not { } definition)
        {
            return;
        }

        _busy = true;
        try
        {
            if (await Runner.StartAsync(definition, Browser.Id) is { } plot)
            {
                Navigation.NavigateTo(PlotAddress.Of(plot.Id));
            }
            else
            {
                _refused = "Too many plots wait. Try again when one is done.";
            }
        }
        finally
        {
            _busy = false;
        }
    }

    /// <summary>"5 × 3 × 2".</summary>
    private static string? Measures(PlotDefinition definition) =>
        definition.Axes.Length > 1 ? string.Join(" × ", definition.Axes.Select(axis => axis.Values.Length)) : null;

    private string Cost(PlotDefinition definition)
    {
        TimeSpan? time = Estimate.Of(Enumerable.Range(0, definition.Cells).Select(definition.RecipeOf), _known);
        string models = definition.ModelSwitches() is > 0 and int switches ? $", {Count.Of(switches, "change")} of model" : "";
        return (time is { } length ? $"About {Duration.Text(length)}" : "The time is known after the first picture") + models + ". Others’ pictures go in between.";
    }

    private string TitleOf(ModelKind kind, string name) => Catalog.Find(kind, name)?.Title ?? name;

    private void OnCatalogChanged() => InvokeAsync(() =>
    {
        _form ??= FromAddress();
        Read();
        StateHasChanged();
    });
}
