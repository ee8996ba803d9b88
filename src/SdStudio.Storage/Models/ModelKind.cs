namespace SdStudio.Storage.Models;

/// <summary>What a model file is for.</summary>
public enum ModelKind
{
    Checkpoint,
    Lora,
}
