namespace SdStudio.Storage.Metadata;

/// <summary>How much a picture's file tells about how it was made.</summary>
public enum RecipeInFile
{
    /// <summary>Nothing at all.</summary>
    None,

    /// <summary>The "parameters" text that other programs read.</summary>
    Parameters,

    /// <summary>That, and this program's whole record; of another program's picture all that it came with.</summary>
    Whole,
}
