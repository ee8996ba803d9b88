namespace SdStudio.Web.Components.Generate;

/// <summary>A LoRA as the prompt's completion offers it.</summary>
/// <param name="Name">In the tag.</param>
/// <param name="Title">For people.</param>
/// <param name="Weight">That the tag begins with.</param>
public sealed record PromptLora(string Name, string Title, float Weight);
