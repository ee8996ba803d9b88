namespace SdStudio.Web.Generation;

/// <summary>Why a picture was not made, as far as a page can offer a way out; a closed set.</summary>
public enum FailureReason
{
    /// <summary>Something else; trying again may help.</summary>
    Other,

    /// <summary>A smaller picture needs less.</summary>
    OutOfMemory,

    /// <summary>The model is a single file, and no tokenizer that fits was found.</summary>
    MissingTokenizer,

    /// <summary>The model is gone, broken, or of a kind that is not supported.</summary>
    UnusableModel,

    /// <summary>A LoRA does not fit the model, or its file is gone or broken.</summary>
    UnusableLora,
}
