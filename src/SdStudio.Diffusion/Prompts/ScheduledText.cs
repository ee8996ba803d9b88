namespace SdStudio.Diffusion.Prompts;

/// <summary>A text of a <see cref="PromptSchedule"/>.</summary>
/// <param name="End">The last step at which it stands, from 1.</param>
public readonly record struct ScheduledText(int End, string Text);
