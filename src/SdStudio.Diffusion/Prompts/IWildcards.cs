namespace SdStudio.Diffusion.Prompts;

/// <summary>The lists that <c>__name__</c> in a prompt draws from.</summary>
public interface IWildcards
{
    /// <summary>All names, such as <c>animals/birds</c>.</summary>
    IEnumerable<string> Names { get; }

    /// <summary>The options of a list in the order of its file, without comments and empty lines; null where there is no such list.</summary>
    IReadOnlyList<string>? LinesOf(string name);
}
