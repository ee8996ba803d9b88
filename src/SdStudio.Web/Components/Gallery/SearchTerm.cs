namespace SdStudio.Web.Components.Gallery;

/// <summary>One condition of a search: a chip in the search box.</summary>
/// <param name="Field"><c>model</c>, <c>lora</c>, <c>is</c> or <c>by</c>.</param>
/// <param name="Value">As written by the person; models and LoRAs by their catalogue names.</param>
public sealed record SearchTerm(string Field, string Value)
{
    /// <summary>As it stands in the box and in the address: quoted where the value has a space.</summary>
    public override string ToString() => Value.Any(char.IsWhiteSpace) ? $"{Field}:\"{Value}\"" : $"{Field}:{Value}";
}
