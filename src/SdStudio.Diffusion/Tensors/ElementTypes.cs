namespace SdStudio.Diffusion.Tensors;

/// <summary>Sizes and safetensors names of the element types.</summary>
public static class ElementTypes
{
    private static readonly Dictionary<string, ElementType> s_byName = new(StringComparer.Ordinal)
    {
        ["F64"] = ElementType.Float64,
        ["F32"] = ElementType.Float32,
        ["F16"] = ElementType.Float16,
        ["BF16"] = ElementType.BFloat16,
        ["F8_E4M3"] = ElementType.Float8E4M3,
        ["F8_E5M2"] = ElementType.Float8E5M2,
        ["I64"] = ElementType.Int64,
        ["I32"] = ElementType.Int32,
        ["I16"] = ElementType.Int16,
        ["I8"] = ElementType.Int8,
        ["U64"] = ElementType.UInt64,
        ["U32"] = ElementType.UInt32,
        ["U16"] = ElementType.UInt16,
        ["U8"] = ElementType.UInt8,
        ["BOOL"] = ElementType.Boolean,
    };

    private static readonly Dictionary<ElementType, string> s_names = s_byName.ToDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>Bytes of one element.</summary>
    public static int ByteSize(this ElementType type) => type switch
    {
        ElementType.Float64 or ElementType.Int64 or ElementType.UInt64 => 8,
        ElementType.Float32 or ElementType.Int32 or ElementType.UInt32 => 4,
        ElementType.Float16 or ElementType.BFloat16 or ElementType.Int16 or ElementType.UInt16 => 2,
        ElementType.Float8E4M3 or ElementType.Float8E5M2 or ElementType.Int8 or ElementType.UInt8 or ElementType.Boolean => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>Whether it holds numbers with a fraction, as weights are.</summary>
    public static bool IsReal(this ElementType type) => type <= ElementType.Float8E5M2;

    /// <summary>The name in a safetensors header, such as <c>BF16</c>.</summary>
    public static string SafetensorsName(this ElementType type) => s_names[type];

    /// <param name="name">The name in a safetensors header.</param>
    public static bool TryParse(string name, out ElementType type) => s_byName.TryGetValue(name, out type);
}
