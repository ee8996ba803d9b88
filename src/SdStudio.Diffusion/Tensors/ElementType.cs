namespace SdStudio.Diffusion.Tensors;

/// <summary>Element types that a safetensors file may hold: first those with a fraction, then whole numbers.</summary>
public enum ElementType
{
    Float64,
    Float32,
    Float16,
    BFloat16,
    Float8E4M3,
    Float8E5M2,
    Int64,
    Int32,
    Int16,
    Int8,
    UInt64,
    UInt32,
    UInt16,
    UInt8,
    Boolean,
}
