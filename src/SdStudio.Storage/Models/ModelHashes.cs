namespace SdStudio.Storage.Models;

/// <summary>
/// The hashes by which a model's content is known. Texts in pictures name models by the beginning of one of them: A1111's ten digits and
/// Civitai's AutoV2 are the beginning of the file's SHA-256, AutoV3 and the twelve digits of a LoRA that of its data's, and pictures from
/// before 2023 carry eight digits of a sample (AutoV1).
/// </summary>
/// <param name="Sha256">Of the whole file, 64 lower-case hexadecimal digits; of a diffusers folder that of its UNet's file.</param>
/// <param name="DataSha256">Of what follows the header of a safetensors file, so that it stays the same when notes in the header change; null for another format.</param>
/// <param name="Sample">Eight digits, of the 64 KiB that begin after the first MiB; null for a file that is not larger.</param>
public sealed record ModelHashes(string Sha256, string? DataSha256, string? Sample)
{
    private const int FewestDigits = 8;

    /// <summary>First ten digits of the file's SHA-256.</summary>
    public string AutoV2 => Sha256[..10];

    /// <summary>First twelve digits of the data's SHA-256; null for what is not safetensors.</summary>
    public string? AutoV3 => DataSha256?[..12];

    /// <param name="hash">As somebody else wrote it: eight digits or more of any of these, upper or lower case.</param>
    public bool Match(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        string digits = hash.Trim();
        return digits.Length >= FewestDigits
            && (Sha256.StartsWith(digits, StringComparison.OrdinalIgnoreCase)
                || DataSha256?.StartsWith(digits, StringComparison.OrdinalIgnoreCase) == true
                || digits.Equals(Sample, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The one that "parameters" texts say for a model of this kind.</summary>
    internal string Short(ModelKind kind) => kind switch
    {
        ModelKind.Lora => AutoV3 ?? Sha256[..12],
        ModelKind.Embedding => Sha256[..12],
        _ => AutoV2,
    };
}
