namespace SdStudio.Storage.Models;

/// <summary>Networks that a checkpoint lacks and that a recipe can choose files for.</summary>
[Flags]
public enum MissingParts
{
    None = 0,
    Vae = 1,
    TextEncoder = 2,
    SecondTextEncoder = 4,
}
