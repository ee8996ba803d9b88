using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata.Carriers;
using SdStudio.Storage.Metadata.Programs;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Metadata;

/// <summary>
/// Reads how a picture was made, from what this program or any of the usual ones wrote into it: A1111, Forge, SD.Next, ComfyUI, InvokeAI, SwarmUI, Fooocus,
/// NovelAI, Civitai, Draw Things. Every byte is foreign: reads are bounded, and whatever is broken becomes a <see cref="PictureReading.Problem"/>.
/// </summary>
public static class PictureReader
{
    /// <summary>Longest text that is looked at when it was typed or pasted, in characters.</summary>
    public const int LongestText = PngText.MaximumTextLength;

    private const string NoPicture = "This is no PNG, JPEG, WebP, AVIF or GIF, and no text that a program of the field writes.";
    private const string NoText = "This picture does not say how it was made. Sites and messengers often take that out; try the original file.";

    /// <param name="file">Seekable.</param>
    /// <param name="looksIntoPixels">Also for texts that hide in the pixels, which means decoding it.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PictureReading Read(Stream file, bool looksIntoPixels = true)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (TextCarrier.Read(file) is not { } carried)
        {
            return new PictureReading(null, 0, 0, null, NoPicture);
        }

        (int Width, int Height) size = (carried.Width, carried.Height);
        ReadRecipe? recipe = carried.Texts.Count > 0 ? Understand(carried, size) : null;
        if (recipe is null && looksIntoPixels && carried.Format == ImageFormat.Png && StealthText.Read(file) is { } hidden)
        {
            recipe = Understand(hidden, size);
        }

        return new PictureReading(carried.Format, size.Width, size.Height, recipe, recipe is null ? NoText : null);
    }

    /// <summary>A text that was pasted: parameters, or JSON of one of the programs.</summary>
    public static PictureReading Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ReadRecipe? recipe = text.Length > LongestText ? null : Understand(text.Trim('\uFEFF'), (0, 0));
        return new PictureReading(null, 0, 0, recipe, recipe is null ? "This text does not say how a picture was made, in no way that is known here." : null);
    }

    private static ReadRecipe? Understand(CarriedTexts carried, (int Width, int Height) size)
    {
        // This program's own record says more than any text; then the programs whose keywords are theirs alone.
        if (PictureRecord.TryRead(carried[PictureRecord.Keyword]) is { } record)
        {
            return Own(record, carried["parameters"]);
        }

        return First(carried, "invokeai_metadata", text => InvokeReader.Read(text, size))
            ?? First(carried, "sd-metadata", text => InvokeReader.ReadVersion2(text, size))
            ?? First(carried, "parameters", text => Understand(text, size))
            ?? First(carried, CarriedTexts.UserComment, text => Understand(text, size))
            ?? First(carried, "prompt", text => ComfyReader.Read(text, size))
            ?? First(carried, "Comment", text => NovelReader.Read(text, carried["Source"], size))
            ?? First(carried, "Dream", text => InvokeReader.ReadDream(text, size))
            // ComfyUI's savers put the graph into WebP and JPEG as "prompt:{…}" in a field of the camera.
            ?? First(carried, "Model", text => ComfyReader.Read(Behind(text, "prompt:"), size))
            ?? First(carried, "Make", text => ComfyReader.Read(Behind(text, "prompt:"), size))
            ?? First(carried, "ImageDescription", text => Understand(Behind(text, "prompt:"), size))
            ?? First(carried, "comment", text => Understand(text, size))
            ?? First(carried, "XPComment", text => Understand(text, size))
            ?? First(carried, "Description", text => Understand(text, size));
    }

    private static ReadRecipe? Understand(string text, (int Width, int Height) size)
    {
        if (!text.AsSpan().TrimStart().StartsWith('{'))
        {
            return WebUiReader.Read(text, size) ?? InvokeReader.ReadDream(text, size);
        }

        return SwarmReader.Read(text, size)
            ?? FooocusReader.Read(text, size)
            ?? InvokeReader.Read(text, size)
            ?? InvokeReader.ReadVersion2(text, size)
            ?? NovelReader.Read(text, source: null, size)
            ?? DrawThingsReader.Read(text, size)
            ?? ComfyReader.Read(text, size)
            ?? (PictureRecord.TryRead(text) is { } record ? Own(record, null) : null);
    }

    private static ReadRecipe Own(PictureRecord record, string? parameters)
    {
        RecipeHashes? hashes = parameters is null ? null : RecipeHashes.Read(parameters);
        return new ReadRecipe
        {
            Program = "SdStudio",
            Recipe = record.Recipe,
            Text = parameters ?? RecipeParameters.Write(record.Recipe),
            Mapped = [],
            LeftOut = [],
            Models =
            [
                new ReadModel(ModelKind.Checkpoint, record.Recipe.Checkpoint, hashes?.Model),
                .. record.Recipe.Refiner is { } refiner ? [new ReadModel(ModelKind.Checkpoint, refiner.Name)] : Array.Empty<ReadModel>(),
                .. record.Recipe.Loras.Select(lora => new ReadModel(ModelKind.Lora, lora.Name, hashes?.Loras.GetValueOrDefault(lora.Name))),
                .. record.Recipe.Vae is { } vae ? [new ReadModel(ModelKind.Vae, vae)] : Array.Empty<ReadModel>(),
            ],
        };
    }

    private static ReadRecipe? First(CarriedTexts carried, string keyword, Func<string, ReadRecipe?> read)
    {
        foreach (KeyValuePair<string, string> text in carried.Texts)
        {
            if (text.Key == keyword && read(text.Value) is { } recipe)
            {
                return recipe;
            }
        }

        return null;
    }

    private static string Behind(string text, string mark) => text.StartsWith(mark, StringComparison.OrdinalIgnoreCase) ? text[mark.Length..] : text;
}
