using System.Text.Json.Serialization;

namespace SdStudio.Storage.Styles;

/// <summary>Named words that are added to a prompt, as A1111 has them.</summary>
/// <param name="Id">0 until it is kept.</param>
/// <param name="Prompt">Goes behind the prompt with a comma, or around it where it says <c>{prompt}</c>.</param>
/// <param name="NegativePrompt">The same for the negative prompt.</param>
public sealed record PromptStyle(long Id, string Name, string Prompt, string NegativePrompt)
{
    public const int LongestName = 100;
    public const int LongestPrompt = 6000;

    /// <summary>The picture that was chosen to show it; null for the latest.</summary>
    public long? ChosenPictureId { get; init; }

    /// <summary>The latest picture made with it.</summary>
    public long? LatestPictureId { get; init; }

    [JsonIgnore]
    public long? PictureId => ChosenPictureId ?? LatestPictureId;

    /// <summary>What is wrong with it, for the form; null when nothing is.</summary>
    public string? Problem() =>
        Name.Length == 0 ? "Give it a name."
        : Name.Length > LongestName ? $"A name has at most {LongestName} letters."
        : Name.Any(char.IsControl) ? "A name is one line."
        : Prompt.Length > LongestPrompt || NegativePrompt.Length > LongestPrompt ? $"A prompt has at most {LongestPrompt} letters."
        : Prompt.Length == 0 && NegativePrompt.Length == 0 ? "It has no words yet."
        : null;
}
