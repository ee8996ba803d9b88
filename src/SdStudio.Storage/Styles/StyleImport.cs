namespace SdStudio.Storage.Styles;

/// <summary>What a file of styles holds.</summary>
/// <param name="Styles">Those that can be taken over, in the order of the file.</param>
/// <param name="Problems">What was left out, with its line and the reason.</param>
public sealed record StyleImport(IReadOnlyList<PromptStyle> Styles, IReadOnlyList<string> Problems);
