namespace SdStudio.Storage.Models;

/// <summary>A folder in which models are looked for.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Program">The program whose folder it is, such as "ComfyUI"; null for a folder of models.</param>
/// <param name="IsFromSettings">It stands in <c>appsettings.json</c> and can be removed only there.</param>
/// <param name="Exists">False while it is gone, such as a drive that is not plugged in.</param>
public sealed record ModelRoot(string Path, string? Program, bool IsFromSettings, bool Exists);
