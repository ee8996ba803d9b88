using System.Text;

namespace SdStudio.Diffusion.Prompts.Dynamic;

/// <summary>Writes out a template, choice by choice.</summary>
internal sealed class TemplateWriter(IWildcards wildcards, IDraw draw)
{
    // Lists that name each other in a circle end here, and hostile braces too.
    private const int Deepest = 24;

    /// <summary>Parts and options that are looked at in all; a template that multiplies itself ends here.</summary>
    private const int MostParts = 200_000;

    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, (string Value, bool IsDone)> _variables = new(StringComparer.Ordinal);
    private int _parts;

    private bool IsEnough => _parts > MostParts || _text.Length >= PromptExpander.LongestText;

    public string Write(string template)
    {
        Write(template, 0);
        return _text.ToString();
    }

    private void Write(string template, int depth)
    {
        if (depth > Deepest)
        {
            Append(template);
            return;
        }

        foreach (TemplatePart part in TemplateParser.Parse(template))
        {
            _parts++;
            if (IsEnough)
            {
                return;
            }

            Write(part, depth + 1);
        }
    }

    private void Write(TemplatePart part, int depth)
    {
        switch (part)
        {
            case TemplatePart.Words words:
                Append(words.Text);
                break;
            case TemplatePart.Choice choice:
                WriteChoice(choice, depth);
                break;
            case TemplatePart.Wildcard wildcard:
                WriteWildcard(wildcard, depth);
                break;
            case TemplatePart.Assignment assignment:
                _variables[assignment.Name] = assignment.IsFixed ? (Aside(assignment.Value, depth), true) : (assignment.Value, false);
                break;
            case TemplatePart.Variable variable:
                WriteVariable(variable, depth);
                break;
            case TemplatePart.Wrap wrap:
                Write(wrap.Wrapper.Replace("...", Aside(wrap.Inner, depth), StringComparison.Ordinal), depth);
                break;
        }
    }

    private void WriteChoice(TemplatePart.Choice choice, int depth)
    {
        // {2$$__season__} takes two lines of the list, not two of one list.
        List<TemplatePart.Option> left = choice.Options is [{ Text: var only }] && TemplateParser.Parse(only) is [TemplatePart.Wildcard list]
            ? [.. LinesOf(list.Name).Select(line => new TemplatePart.Option(1, line))]
            : [.. choice.Options];
        if (left.Count == 0)
        {
            left = [.. choice.Options];
        }

        int most = Math.Min(choice.Most, left.Count), least = Math.Min(choice.Least, most);
        int count = least == most ? most : least + draw.Pick(Even(most - least + 1));
        for (int i = 0; i < count && !IsEnough; i++)
        {
            _parts += left.Count;
            int picked = left.Count == 1 ? 0 : draw.Pick([.. left.Select(option => option.Weight)]);
            Append(i > 0 ? choice.Separator : "");
            Write(left[picked].Text, depth);
            left.RemoveAt(picked);
        }
    }

    private void WriteWildcard(TemplatePart.Wildcard wildcard, int depth)
    {
        IReadOnlyList<string> lines = LinesOf(wildcard.Name);
        if (lines.Count == 0)
        {
            Append(wildcard.Source);
            return;
        }

        List<(string Name, (string, bool)? Value)> hidden = [];
        foreach ((string name, string value) in wildcard.Variables)
        {
            hidden.Add((name, _variables.TryGetValue(name, out (string, bool) before) ? before : null));
            _variables[name] = (value, false);
        }

        Write(lines[lines.Count == 1 ? 0 : draw.Pick(Even(lines.Count))], depth);
        foreach ((string name, (string, bool)? value) in Enumerable.Reverse(hidden))
        {
            if (value is { } before)
            {
                _variables[name] = before;
            }
            else
            {
                _variables.Remove(name);
            }
        }
    }

    private void WriteVariable(TemplatePart.Variable variable, int depth)
    {
        if (_variables.TryGetValue(variable.Name, out (string Value, bool IsDone) known))
        {
            if (known.IsDone)
            {
                Append(known.Value);
            }
            else
            {
                Write(known.Value, depth);
            }
        }
        else if (variable.Default is { } value)
        {
            Write(value, depth);
        }
        else
        {
            Append(variable.Source);
        }
    }

    /// <summary>What a template comes to, without writing it down.</summary>
    private string Aside(string template, int depth)
    {
        int start = _text.Length;
        Write(template, depth);
        string value = _text.ToString(start, _text.Length - start);
        _text.Length = start;
        return value;
    }

    private IReadOnlyList<string> LinesOf(string name) =>
        !WildcardPattern.Holds(name) ? wildcards.LinesOf(name) ?? []
        : [.. wildcards.Names.Where(known => WildcardPattern.IsMatch(name, known)).Order(StringComparer.Ordinal).SelectMany(known => wildcards.LinesOf(known) ?? [])];

    private void Append(string text) => _text.Append(text, 0, Math.Min(text.Length, PromptExpander.LongestText - _text.Length));

    private static double[] Even(int count)
    {
        double[] weights = new double[count];
        Array.Fill(weights, 1);
        return weights;
    }
}
