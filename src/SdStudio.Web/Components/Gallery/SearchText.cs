using System.Collections.Immutable;
using System.Text;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;

namespace SdStudio.Web.Components.Gallery;

/// <summary>
/// What is written in the search box, taken apart: conditions such as <c>model:postcard</c>, <c>lora:"stained glass"</c>,
/// <c>is:favourite</c> and <c>by:me</c>, and the words that remain. Nothing is a mistake: what is no condition is a word.
/// </summary>
public sealed record SearchText(string Words, ImmutableArray<SearchTerm> Terms)
{
    // Longer than any search a person writes, and short enough for an address.
    private const int LongestText = 500;

    public static SearchText Nothing { get; } = new("", []);

    public bool IsEmpty => Words.Length == 0 && Terms.IsEmpty;

    public bool FavouritesOnly => Has("is", "favourite");

    public bool MineOnly => Has("by", "me");

    public string? Checkpoint => Value("model");

    public string? Lora => Value("lora");

    public static SearchText Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return Nothing;
        }

        var words = new List<string>();
        SearchText search = Nothing;
        foreach (string token in Tokens(text.Length > LongestText ? text[..LongestText] : text))
        {
            if (TermOf(token) is { } term)
            {
                search = search.With(term);
            }
            else
            {
                words.Add(token);
            }
        }

        return search with { Words = string.Join(' ', words) };
    }

    /// <summary>The same with one more condition. A picture has one model and is looked for by one LoRA, so a second takes the first one's place.</summary>
    public SearchText With(SearchTerm term)
    {
        ArgumentNullException.ThrowIfNull(term);
        return this with { Terms = [.. Terms.Where(other => other.Field != term.Field), term] };
    }

    public SearchText Without(SearchTerm term) => this with { Terms = Terms.Remove(term) };

    /// <summary>Adds a condition, or takes it away when it is already there: what a filter's button does.</summary>
    public SearchText Toggle(SearchTerm term) => Terms.Contains(term) ? Without(term) : With(term);

    /// <param name="owner">Who "me" is.</param>
    /// <param name="models">All models there are: pictures are found under the names a model had before, too.</param>
    /// <param name="trash">Whether to look in the trash.</param>
    public GalleryQuery ToQuery(string owner, IReadOnlyList<ModelFile> models, bool trash = false)
    {
        MadeWith? model = Renamed(ModelKind.Checkpoint, Checkpoint, models), lora = Renamed(ModelKind.Lora, Lora, models);
        return new GalleryQuery(Words.Length == 0 ? null : Words, model is null ? Checkpoint : null, lora is null ? Lora : null, FavouritesOnly, trash, MineOnly ? owner : null)
        {
            MadeWith = model,
            AndWith = lora,
        };
    }

    public override string ToString() => string.Join(' ', Terms.Select(term => term.ToString()).Append(Words).Where(part => part.Length > 0));

    public bool Equals(SearchText? other) => other is not null && Words == other.Words && Terms.AsSpan().SequenceEqual(other.Terms.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Words, Terms.Length);

    private static SearchTerm? TermOf(string token)
    {
        int colon = token.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || colon == token.Length - 1)
        {
            return null;
        }

        string field = token[..colon].ToLowerInvariant();
        string value = token[(colon + 1)..].Replace("\"", "", StringComparison.Ordinal).Trim();
        return (field, value.ToLowerInvariant()) switch
        {
            (_, "") => null,
            ("model" or "lora", _) => new SearchTerm(field, value),
            ("is", "favourite" or "favorite" or "favourites" or "favorites") => new SearchTerm("is", "favourite"),
            ("by", "me") => new SearchTerm("by", "me"),
            _ => null,
        };
    }

    // Split at spaces, except between quotation marks.
    private static IEnumerable<string> Tokens(string text)
    {
        var token = new StringBuilder();
        bool quoted = false;
        foreach (char c in text)
        {
            if (char.IsWhiteSpace(c) && !quoted)
            {
                if (token.Length > 0)
                {
                    yield return token.ToString();
                    token.Clear();
                }

                continue;
            }

            quoted ^= c == '"';
            token.Append(c);
        }

        if (token.Length > 0)
        {
            yield return token.ToString();
        }
    }

    /// <returns>Null for a name that is the only one its model ever had: looking for one name is quicker.</returns>
    private static MadeWith? Renamed(ModelKind kind, string? name, IReadOnlyList<ModelFile> models) =>
        name is not null && models.FirstOrDefault(model => model.Kind == kind && model.Name == name) is { } found && MadeWith.Of(found, models) is { Names.Length: > 1 } made
            ? made
            : null;

    private bool Has(string field, string value) => Terms.Contains(new SearchTerm(field, value));

    private string? Value(string field) => Terms.FirstOrDefault(term => term.Field == field)?.Value;
}
