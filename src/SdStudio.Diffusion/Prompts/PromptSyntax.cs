namespace SdStudio.Diffusion.Prompts;

/// <summary>Whose syntax a prompt is written in.</summary>
public enum PromptSyntax
{
    /// <summary>A1111 and this program: weights that multiply, BREAK, [from:to:when], [a|b], AND.</summary>
    WebUi,

    /// <summary>ComfyUI: weights alone, and those in round brackets only.</summary>
    ComfyUi,

    /// <summary>None, as in diffusers: every character is text, and what does not fit into one chunk is left out.</summary>
    Plain,
}
