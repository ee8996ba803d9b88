namespace SdStudio.Diffusion.Prompts.Dynamic;

/// <summary>A piece of a template.</summary>
internal abstract record TemplatePart
{
    public sealed record Words(string Text) : TemplatePart;

    /// <summary>Some of several options, each at most once, with a separator between them.</summary>
    /// <param name="Least">How many there are at least; as many as there are options when those are fewer.</param>
    public sealed record Choice(IReadOnlyList<Option> Options, int Least, int Most, string Separator) : TemplatePart;

    /// <summary>One line of a list.</summary>
    /// <param name="Name">May hold <c>*</c>.</param>
    /// <param name="Variables">Set while the line is written.</param>
    /// <param name="Source">How it is written, for a list that is not there.</param>
    public sealed record Wildcard(string Name, IReadOnlyList<(string Name, string Value)> Variables, string Source) : TemplatePart;

    /// <summary>Writes nothing.</summary>
    /// <param name="IsFixed">Chosen here, once; otherwise anew wherever the variable stands.</param>
    public sealed record Assignment(string Name, string Value, bool IsFixed) : TemplatePart;

    public sealed record Variable(string Name, string? Default, string Source) : TemplatePart;

    /// <summary>Words around others, which take the place of <c>...</c></summary>
    public sealed record Wrap(string Wrapper, string Inner) : TemplatePart;

    /// <param name="Text">A template of its own.</param>
    public readonly record struct Option(double Weight, string Text);
}
