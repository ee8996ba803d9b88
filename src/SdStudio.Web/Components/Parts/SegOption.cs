namespace SdStudio.Web.Components.Parts;

/// <summary>One choice of a <see cref="Seg{TValue}"/>.</summary>
/// <param name="Label">What stands on it.</param>
public sealed record SegOption<TValue>(TValue Value, string Label);
