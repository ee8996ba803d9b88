using System.Collections.Immutable;
using System.Text.Json;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>One JSON file of a model folder. Its size, depth and every value used are checked: it comes from outside.</summary>
internal sealed class ModelConfiguration
{
    private const int MaximumLength = 1_000_000;
    private const int MaximumDepth = 16;
    private const int LongestList = 16;

    private readonly JsonElement _root;

    private ModelConfiguration(string path, JsonElement root)
    {
        Path = path;
        _root = root;
    }

    public string Path { get; }

    public static ModelConfiguration Read(string path)
    {
        byte[] bytes = ModelStream.Guard(path, () =>
        {
            using FileStream stream = ModelStream.Open(path);
            if (stream.Length > MaximumLength)
            {
                throw new CheckpointException(path, CheckpointProblem.InvalidConfiguration, $"The configuration {Wording.Quote(path)} has {Wording.Size(stream.Length)}, which cannot be right.");
            }

            byte[] content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        });

        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaximumDepth });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new ModelConfiguration(path, document.RootElement.Clone())
                : throw new JsonException("It is not an object.");
        }
        catch (JsonException e)
        {
            throw new CheckpointException(path, CheckpointProblem.InvalidConfiguration, $"The configuration {Wording.Quote(path)} is not valid JSON. Download it again.", e);
        }
    }

    /// <summary>Whether a value is given: absent, null and false are one.</summary>
    public bool IsSet(string key) =>
        _root.TryGetProperty(key, out JsonElement value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False);

    /// <summary>A number; of a list the first.</summary>
    public int Integer(string key, int fallback, int minimum, int maximum) =>
        Integers(key, minimum, maximum) is [int first, ..] ? first : fallback;

    /// <summary>A number or a list of numbers; empty where none is given.</summary>
    public ImmutableArray<int> Integers(string key, int minimum, int maximum)
    {
        if (!IsSet(key))
        {
            return [];
        }

        JsonElement value = _root.GetProperty(key);
        if (value.ValueKind != JsonValueKind.Array)
        {
            return [Number(value)];
        }

        return value.GetArrayLength() <= LongestList ? [.. value.EnumerateArray().Select(Number)] : throw Invalid(key);

        int Number(JsonElement element) =>
            element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int number) && number >= minimum && number <= maximum
                ? number
                : throw Invalid(key);
    }

    public float Real(string key, float fallback, float minimum, float maximum)
    {
        if (!IsSet(key))
        {
            return fallback;
        }

        JsonElement value = _root.GetProperty(key);
        return value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out float number) && number >= minimum && number <= maximum
            ? number
            : throw Invalid(key);
    }

    /// <summary>Rows of numbers laid end to end.</summary>
    /// <param name="length">How many there must be in all.</param>
    public ImmutableArray<float> Reals(string key, int length)
    {
        if (!_root.TryGetProperty(key, out JsonElement value) || value.ValueKind != JsonValueKind.Array)
        {
            throw Invalid(key);
        }

        ImmutableArray<float> numbers =
        [
            .. value.EnumerateArray()
                .SelectMany(row => row.ValueKind == JsonValueKind.Array ? row.EnumerateArray().ToArray() : [row])
                .Take(length + 1)
                .Select(element => element.ValueKind == JsonValueKind.Number && element.TryGetSingle(out float number) && float.IsFinite(number) ? number : throw Invalid(key)),
        ];
        return numbers.Length == length ? numbers : throw Invalid(key);
    }

    public string Text(string key, string fallback)
    {
        if (!IsSet(key))
        {
            return fallback;
        }

        JsonElement value = _root.GetProperty(key);
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Invalid(key);
    }

    public ImmutableArray<string> Texts(string key)
    {
        if (!IsSet(key))
        {
            return [];
        }

        JsonElement value = _root.GetProperty(key);
        return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= LongestList && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
            : throw Invalid(key);
    }

    /// <summary>An object whose values are all texts.</summary>
    public IReadOnlyDictionary<string, string> TextMap(string key)
    {
        if (!_root.TryGetProperty(key, out JsonElement value) || value.ValueKind != JsonValueKind.Object)
        {
            throw Invalid(key);
        }

        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        foreach (JsonProperty property in value.EnumerateObject())
        {
            texts[property.Name] = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : throw Invalid(key);
        }

        return texts;
    }

    /// <exception cref="UnsupportedModelException">The value is another one than this program knows how to run.</exception>
    public void Require(string key, string only)
    {
        string value = Text(key, only);
        if (value != only)
        {
            throw Unsupported(key, value);
        }
    }

    /// <exception cref="UnsupportedModelException">The switch is on.</exception>
    public void RequireUnset(string key)
    {
        if (IsSet(key))
        {
            throw Unsupported(key, _root.GetProperty(key).ToString());
        }
    }

    public UnsupportedModelException Unsupported(string key, string value) =>
        new(Path, $"This model's configuration asks for {key} = {Wording.Quote(value)}, which SdStudio does not run yet ({Wording.Quote(Path)}).");

    public CheckpointException Invalid(string key) =>
        new(Path, CheckpointProblem.InvalidConfiguration, $"The value of {Wording.Quote(key)} in {Wording.Quote(Path)} makes no sense.");
}
