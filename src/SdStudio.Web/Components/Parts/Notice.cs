namespace SdStudio.Web.Components.Parts;

/// <summary>One line at the bottom of the screen, with at most one action.</summary>
/// <param name="Text">What happened: "3 pictures moved to the trash".</param>
/// <param name="ActionLabel">"Undo"; null for a notice without action.</param>
/// <param name="Action">What the button does.</param>
/// <param name="Lasts">How long it stays.</param>
public sealed record Notice(string Text, string? ActionLabel, Func<Task>? Action, TimeSpan Lasts);
