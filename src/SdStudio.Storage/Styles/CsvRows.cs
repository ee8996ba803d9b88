using System.Text;

namespace SdStudio.Storage.Styles;

/// <summary>Rows of comma-separated values as RFC 4180 has them, and as leniently as Python reads them: one pass, nothing fails.</summary>
internal static class CsvRows
{
    private const int MostFields = 64;

    /// <returns>Each row with the line it begins in, from 1 on. A quote that never closes reaches to the end.</returns>
    public static IEnumerable<(int Line, IReadOnlyList<string> Fields)> Read(string text)
    {
        List<string> fields = [];
        StringBuilder field = new();
        (int line, int start) = (1, 1);
        bool isQuoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char letter = text[i];
            bool isLineEnd = letter == '\n' || (letter == '\r' && !(i + 1 < text.Length && text[i + 1] == '\n'));
            line += isLineEnd ? 1 : 0;
            if (isQuoted)
            {
                if (letter != '"')
                {
                    field.Append(letter);
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    field.Append('"');
                    i++;
                }
                else
                {
                    isQuoted = false;
                }
            }
            else if (letter == '"' && field.Length == 0)
            {
                isQuoted = true;
            }
            else if (letter == ',')
            {
                Take();
            }
            else if (isLineEnd)
            {
                Take();
                yield return (start, fields);
                (fields, start) = ([], line);
            }
            else if (letter != '\r')
            {
                field.Append(letter);
            }
        }

        if (field.Length > 0 || fields.Count > 0)
        {
            Take();
            yield return (start, fields);
        }

        void Take()
        {
            if (fields.Count < MostFields)
            {
                fields.Add(field.ToString());
            }

            field.Clear();
        }
    }
}
