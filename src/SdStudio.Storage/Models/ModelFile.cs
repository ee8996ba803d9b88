using System.Security.Cryptography;
using System.Text;
using SdStudio.Diffusion.Checkpoints;

namespace SdStudio.Storage.Models;

/// <summary>One model found under the model roots, as its header and configs describe it.</summary>
public sealed record ModelFile
{
    private static readonly (MissingParts Part, Component Component)[] s_components =
        [(MissingParts.TextEncoder, Component.TextEncoder), (MissingParts.SecondTextEncoder, Component.SecondTextEncoder), (MissingParts.Vae, Component.Vae)];

    /// <summary>What recipes say: file or folder name without extension; made unique with its folder where two are alike.</summary>
    public required string Name { get; init; }

    /// <summary>For people: "Postcard", "Stained glass".</summary>
    public required string Title { get; init; }

    public required ModelKind Kind { get; init; }

    /// <summary>Full path of the file or diffusers folder.</summary>
    public required string Path { get; init; }

    /// <summary>"Stable Diffusion 1.5"; null for LoRAs whose family is unknown.</summary>
    public string? Family { get; init; }

    /// <summary>Side of the square the model was trained on, pixels.</summary>
    public int NativeSize { get; init; } = 512;

    /// <summary>Width and height are multiples of this, pixels.</summary>
    public int SizeStep { get; init; } = 8;

    /// <summary>Full path of the diffusers folder in which it lies: a LoRA for anybody, an embedding for that model's own prompts. Null for most.</summary>
    public string? BroughtBy { get; init; }

    /// <summary>Bytes on disk.</summary>
    public long Size { get; init; }

    /// <summary>Why the model cannot be used, for people; null when it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Networks that a checkpoint lacks, in its file and in the folders around it. It can be used with files that a recipe chooses for them.</summary>
    public MissingParts Missing { get; init; }

    /// <summary>Of the text encoders that a checkpoint reads prompts with, or of the one that the file is.</summary>
    public TextWidths TextWidths { get; init; }

    /// <summary>What its kind does otherwise than people expect, for them; null for most.</summary>
    public string? Remark { get; init; }

    /// <summary>In which numbers it is stored: "fp16", "fp16 and fp32"; null where that is not known.</summary>
    public string? Precision { get; init; }

    /// <summary>By which "parameters" texts name it, when already computed.</summary>
    public string? ShortHash { get; init; }

    /// <summary>Settings that the model's kind asks for, such as few steps after distillation; null for most.</summary>
    public RecipeSuggestion? Usual { get; init; }

    /// <summary>All its hashes, when already computed.</summary>
    public ModelHashes? Hashes { get; init; }

    /// <summary>What its header and the files beside it tell.</summary>
    public ModelDetails Details { get; init; } = new();

    /// <summary>Full path of the picture beside it, of unknown content; null without one.</summary>
    public string? PreviewPath { get; init; }

    /// <summary>Changes when the picture beside it does, for addresses that are kept; null without one.</summary>
    public string? PreviewVersion { get; init; }

    /// <summary>The settings to start with: those remembered for it, and what these leave open as its card, its kind and the notes beside it say.</summary>
    public RecipeSuggestion Recommended => (Profile.Settings ?? new RecipeSuggestion())
        .Over(Introduction?.Defaults ?? Usual)
        .Over(new RecipeSuggestion { LoraWeight = Details.PreferredWeight, NegativePrompt = Details.NegativePrompt });

    /// <summary>What it lacks, for people; null for a whole model.</summary>
    public string? Lack => Missing == MissingParts.None ? null : ComponentSummary.Absent(ComponentsOf(Missing));

    /// <summary>What it still lacks with the files that a recipe chooses.</summary>
    /// <param name="vae">Null or empty chooses none.</param>
    /// <param name="textEncoders">In the order of the family; an empty one chooses none.</param>
    public MissingParts MissingWith(string? vae, IReadOnlyList<string> textEncoders)
    {
        ArgumentNullException.ThrowIfNull(textEncoders);
        MissingParts chosen = (string.IsNullOrEmpty(vae) ? MissingParts.None : MissingParts.Vae)
            | (IsChosen(0) ? MissingParts.TextEncoder : MissingParts.None)
            | (IsChosen(1) ? MissingParts.SecondTextEncoder : MissingParts.None);
        return Missing & ~chosen;

        bool IsChosen(int place) => place < textEncoders.Count && textEncoders[place].Length > 0;
    }

    /// <summary>For addresses: sixteen hexadecimal digits that tell nothing of the path, and stay the same while the file stays where it is.</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path)).AsSpan(0, 8));

    /// <summary>What people added to it, and the names it had before.</summary>
    public ModelProfile Profile { get; init; } = ModelProfile.Empty;

    /// <summary>What the model says of itself; null for most.</summary>
    public ModelIntroduction? Introduction { get; init; }

    private static IEnumerable<Component> ComponentsOf(MissingParts parts)
    {
        foreach ((MissingParts part, Component component) in s_components)
        {
            if (parts.HasFlag(part))
            {
                yield return component;
            }
        }
    }
}
