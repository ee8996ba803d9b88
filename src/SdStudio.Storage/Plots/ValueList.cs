using System.Text;

namespace SdStudio.Storage.Plots;

/// <summary>Takes a list of values apart as A1111's plots do, which read it as comma-separated values: <c>a, b, "c, d"</c>.</summary>
internal static class ValueList
{
    /// <summary>Values in order, without the blanks around them. Empty ones are left out unless they stand in quotes; a new line parts values too.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        List<string> values = [];
        int at = 0;
        while (at < text.Length)
        {
            while (at < text.Length && text[at] is ' ' or '\t')
            {
                at++;
            }

            (string value, bool isQuoted) = at < text.Length && text[at] == '"' ? (Quoted(text, ref at), true) : ("", false);
            int start = at;
            while (at < text.Length && text[at] is not (',' or '\n' or '\r'))
            {
                at++;
            }

            // Behind a closing quote the rest belongs to the value, as in Python's reader.
            value = (value + text[start..at]).Trim();
            if (isQuoted || value.Length > 0)
            {
                values.Add(value);
            }

            at++;
        }

        return values;
    }

    /// <summary>A value that <see cref="Split"/> reads back.</summary>
    public static string Quote(string value) =>
        value.Length == 0 || value.AsSpan().ContainsAny(",\"\n\r") || value != value.Trim() ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;

    private static string Quoted(string text, ref int at)
    {
        StringBuilder value = new();
        at++;
        while (at < text.Length)
        {
            if (text[at] != '"')
            {
                value.Append(text[at++]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '"')
            {
                value.Append('"');
                at += 2;
            }
            else
            {
                at++;
                break;
            }
        }

        return value.ToString();
    }
}
