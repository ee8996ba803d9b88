using System.Text.Json;

namespace SdStudio.Storage.Metadata.Programs;

/// <summary>A node of ComfyUI's prompt graph.</summary>
/// <param name="Id">By which links name it.</param>
/// <param name="Type">Its class: "KSampler".</param>
/// <param name="Inputs">Values, and links as <c>[id, slot]</c>.</param>
internal sealed record ComfyNode(string Id, string Type, JsonElement Inputs)
{
    /// <summary>Names of the inputs that are links.</summary>
    public IEnumerable<string> Links => Inputs.ValueKind != JsonValueKind.Object ? [] : Inputs.EnumerateObject().Take(256).Where(input => IsLink(input.Value)).Select(input => input.Name);

    public bool Is(params ReadOnlySpan<string> types)
    {
        foreach (string type in types)
        {
            if (Type.Equals(type, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    public bool Has(string input) => Inputs.ValueKind == JsonValueKind.Object && Inputs.TryGetProperty(input, out _);

    public static bool IsLink(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 2 && value[0].ValueKind is JsonValueKind.String or JsonValueKind.Number && value[1].ValueKind == JsonValueKind.Number;
}
