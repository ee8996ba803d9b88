namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Every rule that a model file can break.</summary>
public enum CheckpointProblem
{
    /// <summary>No such file or folder.</summary>
    NotFound,

    /// <summary>The operating system refuses to read it.</summary>
    Unreadable,

    /// <summary>Zero bytes.</summary>
    Empty,

    /// <summary>A pickle (.ckpt, .pt, .bin) where only safetensors is read.</summary>
    Pickle,

    /// <summary>A pickle that asks for anything but tensors; what it asks for is named, and never run.</summary>
    UnsafePickle,

    /// <summary>A pickle, or the archive around it, breaks a rule of its format.</summary>
    DamagedPickle,

    /// <summary>An ONNX graph breaks a rule of its format.</summary>
    DamagedOnnx,

    /// <summary>Some other kind of file.</summary>
    NotSafetensors,

    /// <summary>The file ends before what its header announces.</summary>
    Truncated,

    /// <summary>The header's length is beyond what any model needs.</summary>
    HeaderTooLarge,

    /// <summary>The header is not well-formed JSON in UTF-8.</summary>
    HeaderNotJson,

    /// <summary>Objects or lists stand where the format has only a value.</summary>
    HeaderTooDeep,

    /// <summary>The same name twice in one object of the header.</summary>
    DuplicateKey,

    /// <summary>A tensor's entry lacks a field, has one that the format does not know, or one of the wrong kind.</summary>
    InvalidEntry,

    /// <summary><c>__metadata__</c> is not an object of strings.</summary>
    InvalidMetadata,

    /// <summary>A data type that the format does not know.</summary>
    UnknownElementType,

    /// <summary>A weight holds whole numbers or truth values, as quantised models do whose scales are kept in ways that are not read.</summary>
    IntegerWeight,

    /// <summary>A dimension is negative or not a whole number.</summary>
    InvalidShape,

    /// <summary>The number of bytes of a shape does not fit 64 bits.</summary>
    ShapeTooLarge,

    /// <summary>Offsets are not two whole numbers in rising order.</summary>
    InvalidOffsets,

    /// <summary>The bytes between the offsets are not those that shape and type need.</summary>
    SpanMismatch,

    /// <summary>Bytes between two tensors belong to none.</summary>
    Gap,

    /// <summary>Two tensors share bytes.</summary>
    Overlap,

    /// <summary>Bytes after the last tensor.</summary>
    TrailingBytes,

    /// <summary>One tensor is larger than this program can address at once (2 GiB).</summary>
    TensorTooLarge,

    /// <summary>A weight that the network needs is not there.</summary>
    MissingWeight,

    /// <summary>A whole network (UNet, text encoder, VAE) is not there.</summary>
    MissingComponent,

    /// <summary>A configuration file of a model folder is not readable, or a value in it makes no sense.</summary>
    InvalidConfiguration,

    /// <summary>A link in a model folder leads out of it.</summary>
    OutsideFolder,
}
