using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Data;

/// <summary>
/// A <see cref="GalleryQuery"/> as SQL. Written by hand because the order of the join decides the time: driven by the word or
/// LoRA index in descending id order, a page of a common word stops after sixty rows instead of sorting every match.
/// </summary>
internal sealed class PictureSearch
{
    public const string GroundPlanIndex = "IX_Pictures_GroundPlan";

    private readonly string _from;
    private readonly List<string> _conditions = [];
    private readonly List<(string Name, object Value)> _values = [];

    public PictureSearch(GalleryQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        string[] words = Words(query.Words);
        bool isTextSearch = !string.IsNullOrWhiteSpace(query.Words);
        if (isTextSearch)
        {
            _from = "PictureWords AS w CROSS JOIN Pictures AS p ON p.Id = w.rowid";
            Key = "w.rowid";
            Where("PictureWords MATCH @words", "@words", string.Join(' ', words));

            // Only signs that no index knows ("!!!"): nothing can match, and an empty MATCH would be an error.
            IsEmpty = words.Length == 0;
        }
        else if (query.Lora is not null)
        {
            _from = "PictureLoras AS l CROSS JOIN Pictures AS p ON p.Id = l.PictureId";
            Key = "l.PictureId";
            Where("l.Lora = @lora", "@lora", query.Lora);
        }
        else
        {
            _from = "Pictures AS p";
            Key = "p.Id";
            IsUnfiltered = query is { Checkpoint: null, MadeWith: null, AndWith: null, FavouritesOnly: false, Trash: false, Owner: null };
        }

        if (isTextSearch && query.Lora is not null)
        {
            Where("EXISTS (SELECT 1 FROM PictureLoras AS l WHERE l.Lora = @lora AND l.PictureId = p.Id)", "@lora", query.Lora);
        }

        if (query.Checkpoint is not null)
        {
            Where("p.Checkpoint = @checkpoint", "@checkpoint", query.Checkpoint);
        }

        WhereMadeWith(query.MadeWith, "@made");
        WhereMadeWith(query.AndWith, "@also");

        if (query.Owner is not null)
        {
            Where("p.Owner = @owner", "@owner", query.Owner);
        }

        if (query.FavouritesOnly)
        {
            _conditions.Add("p.IsFavourite = 1");
        }

        _conditions.Add(query.Trash ? "p.TrashedAt IS NOT NULL" : "p.TrashedAt IS NULL");
        _conditions.Add("p.IsMissing = 0");
    }

    /// <summary>No row can match.</summary>
    public bool IsEmpty { get; }

    /// <summary>The column that is the picture's id in the driving table.</summary>
    public string Key { get; }

    /// <summary>Everything outside the trash.</summary>
    private bool IsUnfiltered { get; }

    public SqliteParameter[] Parameters => [.. _values.Select(value => new SqliteParameter(value.Name, value.Value))];

    public void AddValue(string name, object value) => _values.Add((name, value));

    public PictureSearch Where(string condition, string name, object value)
    {
        _conditions.Add(condition);
        _values.Add((name, value));
        return this;
    }

    /// <param name="columns">Of <c>p</c>, or an aggregate.</param>
    /// <param name="tail">ORDER BY and LIMIT.</param>
    public string Select(string columns, string tail = "")
    {
        var sql = new StringBuilder();
        sql.Append("SELECT ").Append(columns).Append(" FROM ").Append(_from);
        sql.Append(" WHERE ").AppendJoin(" AND ", _conditions);
        if (tail.Length > 0)
        {
            sql.Append(' ').Append(tail);
        }

        return sql.ToString();
    }

    /// <summary>Like <see cref="Select"/> for columns that the ground plan's index holds.</summary>
    public string SelectGroundPlan(string columns, string tail = "") =>
        IsUnfiltered ? Select(columns, tail).Replace(" FROM Pictures AS p", $" FROM Pictures AS p INDEXED BY {GroundPlanIndex}", StringComparison.Ordinal) : Select(columns, tail);

    private void WhereMadeWith(MadeWith? made, string name)
    {
        if (made is not null)
        {
            Where(
                made.Kind == ModelKind.Lora
                    ? $"EXISTS (SELECT 1 FROM PictureLoras AS m WHERE m.Lora IN (SELECT value FROM json_each({name})) AND m.PictureId = p.Id)"
                    : $"p.Checkpoint IN (SELECT value FROM json_each({name}))",
                name,
                JsonSerializer.Serialize(made.Names));
        }
    }

    /// <summary>Every word in quotes, so that nothing of what was typed is query language; and open at the end, since it may not be typed out.</summary>
    private static string[] Words(string? text) =>
        [.. (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.Any(char.IsLetterOrDigit) || word.EnumerateRunes().Any(Rune.IsLetterOrDigit))
            .Select(word => $"\"{word.Replace("\"", "\"\"", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal)}\"*")];
}
