namespace SdStudio.Web.Generation;

/// <summary>Finds <c>__name__</c> in a prompt.</summary>
public static class WildcardMentions
{
    private const string Mark = "__";

    /// <returns>Each name once, in the order of the text.</returns>
    public static IReadOnlyList<string> In(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string> names = [];
        for (int at = text.IndexOf(Mark, StringComparison.Ordinal); at >= 0;)
        {
            int start = at + Mark.Length;
            int end = text.IndexOf(Mark, start, StringComparison.Ordinal);
            if (end < 0)
            {
                break;
            }

            string name = text[start..end];
            bool isName = name.Length > 0 && name.All(letter => char.IsLetterOrDigit(letter) || letter is '/' or '-' or '_' or '.' or ' ' or '*') && name.Trim() == name;
            if (isName && !names.Contains(name))
            {
                names.Add(name);
            }

            at = isName ? text.IndexOf(Mark, end + Mark.Length, StringComparison.Ordinal) : end;
        }

        return names;
    }
}
