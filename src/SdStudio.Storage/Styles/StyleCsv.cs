using System.Text;

namespace SdStudio.Storage.Styles;

/// <summary>The <c>styles.csv</c> of A1111 and others: <c>name,prompt,negative_prompt</c>, fields with commas, quotes or line ends in quotes (RFC 4180).</summary>
public static class StyleCsv
{
    /// <summary>Bytes.</summary>
    public const int LargestFile = 4 << 20;

    private const int MostProblems = 20;

    /// <summary>Reads what a person picked: anything may be in it.</summary>
    public static StyleImport Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > LargestFile)
        {
            return new StyleImport([], [$"The file is larger than {LargestFile >> 20} MB."]);
        }

        string text = file is [0xFF, 0xFE, ..] ? Encoding.Unicode.GetString(file[2..]) : Encoding.UTF8.GetString(file is [0xEF, 0xBB, 0xBF, ..] ? file[3..] : file);
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return new StyleImport([], ["This is no text file. Styles are in a file named styles.csv."]);
        }

        using IEnumerator<(int Line, IReadOnlyList<string> Fields)> rows = CsvRows.Read(text).GetEnumerator();
        string[] header = rows.MoveNext() ? [.. rows.Current.Fields.Select(field => field.Trim().ToLowerInvariant())] : [];
        int name = Array.IndexOf(header, "name"), negative = Array.IndexOf(header, "negative_prompt");
        // The first files of A1111 called it "text".
        int prompt = Math.Max(Array.IndexOf(header, "prompt"), Array.IndexOf(header, "text"));
        return name < 0 || (prompt < 0 && negative < 0)
            ? new StyleImport([], ["The first line must name the columns: name,prompt,negative_prompt."])
            : Read(rows, name, prompt, negative);
    }

    /// <summary>In UTF-8 with the mark that spreadsheets ask for and A1111 reads over.</summary>
    public static byte[] Write(IEnumerable<PromptStyle> styles)
    {
        ArgumentNullException.ThrowIfNull(styles);
        StringBuilder text = new("\ufeffname,prompt,negative_prompt\r\n");
        foreach (PromptStyle style in styles)
        {
            text.Append(Quoted(style.Name)).Append(',').Append(Quoted(style.Prompt)).Append(',').Append(Quoted(style.NegativePrompt)).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static StyleImport Read(IEnumerator<(int Line, IReadOnlyList<string> Fields)> rows, int name, int prompt, int negative)
    {
        List<PromptStyle> styles = [];
        List<string> problems = [];
        int problemCount = 0;
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        while (rows.MoveNext())
        {
            (int line, IReadOnlyList<string> fields) = rows.Current;
            string Field(int index) => index >= 0 && index < fields.Count ? fields[index] : "";

            if (fields.All(string.IsNullOrWhiteSpace))
            {
                continue;
            }

            var style = new PromptStyle(0, Field(name).Trim(), Field(prompt), Field(negative));
            string? problem = style.Problem()
                ?? (styles.Count >= StyleStore.MostStyles ? $"There are more than {StyleStore.MostStyles} styles." : null)
                ?? (names.Add(style.Name) ? null : "There are two of this name; the first one counts.");
            if (problem is null)
            {
                styles.Add(style);
            }
            else if (++problemCount <= MostProblems)
            {
                problems.Add($"Line {line}{(style.Name.Length is > 0 and <= PromptStyle.LongestName ? $", {style.Name}" : "")}: {problem}");
            }
        }

        if (problemCount > MostProblems)
        {
            problems.Add($"And {problemCount - MostProblems} more.");
        }

        return new StyleImport(styles, problems);
    }

    private static string Quoted(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 && field.Trim().Length == field.Length ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
