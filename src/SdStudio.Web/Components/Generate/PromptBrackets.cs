namespace SdStudio.Web.Components.Generate;

/// <summary>Finds which brackets of a prompt belong together; <c>\(</c> is a letter like others.</summary>
internal static class PromptBrackets
{
    private const string Opening = "([{";
    private const string Closing = ")]}";

    /// <summary>The innermost brackets with a place between them; null where there are none, or they never close.</summary>
    public static (int Open, int Close)? Around(string text, int place)
    {
        Stack<int> open = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (Opening.Contains(text[i], StringComparison.Ordinal))
            {
                open.Push(i);
            }
            else if (Closing.IndexOf(text[i], StringComparison.Ordinal) is var kind and >= 0 && open.TryPeek(out int start) && text[start] == Opening[kind])
            {
                open.Pop();
                // Inner brackets close first, so the first pair around the place is the innermost.
                if (start < place && i >= place)
                {
                    return (start, i);
                }
            }
        }

        return null;
    }

    /// <summary>Whether each bracket in a part of a prompt has its other half in it.</summary>
    public static bool AreBalanced(ReadOnlySpan<char> part)
    {
        Stack<char> open = new();
        for (int i = 0; i < part.Length; i++)
        {
            if (part[i] == '\\')
            {
                i++;
            }
            else if (Opening.Contains(part[i], StringComparison.Ordinal))
            {
                open.Push(part[i]);
            }
            else if (Closing.IndexOf(part[i], StringComparison.Ordinal) is var kind and >= 0 && !(open.TryPop(out char start) && start == Opening[kind]))
            {
                return false;
            }
        }

        return open.Count == 0;
    }
}
