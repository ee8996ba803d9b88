using SdStudio.Storage.Models;
using SdStudio.Storage.Styles;

namespace SdStudio.Web.Components.Generate;

/// <summary>What comes into the form from elsewhere: the address, what was being written before, and what is chosen on the pages of models and styles.</summary>
public sealed class RecipeIntake(RecipeFormModel form, ModelCatalog catalog, StyleStore styles)
{
    /// <summary>An address may say anything; trigger words are short.</summary>
    private const int LongestWord = 200;

    /// <summary>Checkpoints that can make a picture as they are.</summary>
    public IEnumerable<ModelFile> WholeModels => catalog.Models.Where(model => model is { Kind: ModelKind.Checkpoint, Problem: null, Missing: MissingParts.None });

    /// <summary>The chosen checkpoint; null when it is not here.</summary>
    public ModelFile? Model => catalog.Find(ModelKind.Checkpoint, form.Model);

    /// <summary>The model's defaults first, then what was asked for.</summary>
    /// <param name="query">As <see cref="RecipeQuery.Format"/> writes it; it may say anything.</param>
    public void Read(string query)
    {
        var asked = new RecipeFormModel();
        RecipeQuery.Read(query, asked);
        ModelFile? model = asked.Model.Length > 0 ? catalog.Find(ModelKind.Checkpoint, asked.Model) : WholeModels.FirstOrDefault();
        RecipeDefaults.For(model).ApplyTo(form, model?.Name ?? asked.Model);
        if (RecipeQuery.IsWhole(query))
        {
            (form.Prompt, form.NegativePrompt) = ("", "");
        }

        RecipeQuery.Read(query, form);
    }

    /// <summary>What somebody chose on other pages joins the recipe they were writing.</summary>
    /// <param name="style">Name of a style; null for none.</param>
    /// <param name="model">Id of a model of any kind; null for none.</param>
    /// <param name="word">A word that calls the model, for the prompt; null for none.</param>
    /// <returns>What to tell them of it; empty where nothing came in.</returns>
    public IReadOnlyList<string> TakeUp(string? style, string? model, string? word)
    {
        List<string> notices = [];
        if (style is not null && styles.Find(style) is { } known)
        {
            AddStyle(known.Name);
            notices.Add($"{known.Name} was added");
        }

        if (model is not null && catalog.FindById(model) is { Problem: null } file)
        {
            string? said = word is { Length: > 0 and <= LongestWord } ? word : null;
            form.Use(file, Model, said);
            notices.Add(said is not null ? $"“{said}” was added" : file.Kind == ModelKind.Checkpoint ? $"{file.Title} is chosen" : $"{file.Title} was added");
        }

        return notices;
    }

    public void AddStyle(string name)
    {
        if (!form.Styles.Contains(name))
        {
            form.Styles.Add(name);
        }
    }

    /// <summary>Takes the first model there is where none was known so far.</summary>
    public void ChooseFirst()
    {
        if (form.Model.Length == 0 && WholeModels.FirstOrDefault() is { } model)
        {
            form.Choose(model, previous: null);
        }
    }
}
