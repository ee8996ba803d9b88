using System.Text.Json;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Reads a safetensors header's JSON, and nothing but what the format knows.</summary>
internal ref struct HeaderParser
{
    private const int LongestList = 32;

    private readonly string _path;
    private Utf8JsonReader _reader;

    // Most files have one type, so its name is compared rather than read again.
    private string _typeText = "";
    private ElementType _type;

    public HeaderParser(ReadOnlySpan<byte> json, string path)
    {
        _path = path;
        _reader = new Utf8JsonReader(json);
    }

    /// <summary>A tensor as the header claims it: offsets count from the start of the data.</summary>
    public readonly record struct Claim(string Name, ElementType Type, Shape Shape, long Begin, long End);

    public List<Claim> Tensors { get; } = [];

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>What to say of a name that stands twice.</summary>
    public static CheckpointException Duplicate(string name, string path) => Broken(CheckpointProblem.DuplicateKey, $"the name {Wording.Quote(name)} stands in it twice", path);

    public void Parse()
    {
        try
        {
            ParseHeader();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader answers text that is not UTF-8 with InvalidOperationException.
            throw new CheckpointException(_path, CheckpointProblem.HeaderNotJson, "The file's table of contents is damaged: it is not valid JSON. Download the file again.", e);
        }
    }

    private void ParseHeader()
    {
        bool hasMetadata = false;
        _reader.Read();
        Expect(JsonTokenType.StartObject, CheckpointProblem.HeaderNotJson, "the table of contents");
        while (NextProperty() is { } name)
        {
            if (name == "__metadata__")
            {
                ThrowIfDuplicate(hasMetadata, name);
                hasMetadata = true;
                ParseMetadata();
            }
            else
            {
                ParseTensor(name);
            }
        }

        // Anything but blanks after the closing brace makes the reader throw.
        _reader.Read();
    }

    private void ParseMetadata()
    {
        _reader.Read();
        Expect(JsonTokenType.StartObject, CheckpointProblem.InvalidMetadata, "__metadata__");
        while (NextProperty() is { } key)
        {
            _reader.Read();
            Expect(JsonTokenType.String, CheckpointProblem.InvalidMetadata, key);
            ThrowIfDuplicate(!Metadata.TryAdd(key, _reader.GetString()!), key);
        }
    }

    private void ParseTensor(string name)
    {
        ElementType? type = null;
        Shape? shape = null;
        (long Begin, long End)? span = null;
        Span<long> numbers = stackalloc long[LongestList];
        _reader.Read();
        Expect(JsonTokenType.StartObject, CheckpointProblem.InvalidEntry, name);
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            // Compared where it lies: a file has thousands of these.
            if (_reader.ValueTextEquals("dtype"u8))
            {
                ThrowIfDuplicate(type is not null, "dtype");
                type = ParseType(name);
            }
            else if (_reader.ValueTextEquals("shape"u8))
            {
                ThrowIfDuplicate(shape is not null, "shape");
                shape = new Shape(numbers[..ParseNumbers(name, CheckpointProblem.InvalidShape, numbers)]);
            }
            else if (_reader.ValueTextEquals("data_offsets"u8))
            {
                ThrowIfDuplicate(span is not null, "data_offsets");
                span = ParseNumbers(name, CheckpointProblem.InvalidOffsets, numbers) == 2 && numbers[0] <= numbers[1]
                    ? (numbers[0], numbers[1])
                    : throw Broken(CheckpointProblem.InvalidOffsets, $"the tensor {Wording.Quote(name)} does not have two offsets in rising order");
            }
            else
            {
                throw Broken(CheckpointProblem.InvalidEntry, $"the tensor {Wording.Quote(name)} has an unknown field {Wording.Quote(_reader.GetString()!)}");
            }
        }

        if (type is null || shape is null || span is null)
        {
            throw Broken(CheckpointProblem.InvalidEntry, $"the tensor {Wording.Quote(name)} lacks its type, shape or offsets");
        }

        Tensors.Add(new Claim(name, type.Value, shape.Value, span.Value.Begin, span.Value.End));
    }

    private ElementType ParseType(string name)
    {
        _reader.Read();
        Expect(JsonTokenType.String, CheckpointProblem.InvalidEntry, name);
        if (_typeText.Length > 0 && _reader.ValueTextEquals(_typeText))
        {
            return _type;
        }

        string text = _reader.GetString()!;
        if (!ElementTypes.TryParse(text, out ElementType type))
        {
            throw Broken(CheckpointProblem.UnknownElementType, $"the tensor {Wording.Quote(name)} has the unknown data type {Wording.Quote(text)}");
        }

        (_typeText, _type) = (text, type);
        return type;
    }

    /// <summary>A list of whole numbers, none negative.</summary>
    /// <param name="numbers">Filled from its start.</param>
    /// <returns>How many there are.</returns>
    private int ParseNumbers(string name, CheckpointProblem problem, scoped Span<long> numbers)
    {
        int count = 0;
        _reader.Read();
        Expect(JsonTokenType.StartArray, CheckpointProblem.InvalidEntry, name);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(JsonTokenType.Number, problem, name);
            if (!_reader.TryGetInt64(out long number) || number < 0)
            {
                throw Broken(problem, $"the tensor {Wording.Quote(name)} has a size or offset that is negative or not a whole number");
            }

            // No network has so many dimensions; a header of millions would only cost memory.
            if (count == numbers.Length)
            {
                throw Broken(problem, $"the tensor {Wording.Quote(name)} has too many dimensions or offsets");
            }

            numbers[count++] = number;
        }

        return count;
    }

    /// <returns>Null at the end of the object.</returns>
    private string? NextProperty() =>
        _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName ? _reader.GetString() : null;

    private readonly void Expect(JsonTokenType expected, CheckpointProblem problem, string where)
    {
        if (_reader.TokenType == expected)
        {
            return;
        }

        bool nested = _reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        throw nested && expected is not (JsonTokenType.StartObject or JsonTokenType.StartArray)
            ? Broken(CheckpointProblem.HeaderTooDeep, $"{Wording.Quote(where)} holds a list or object where a value belongs")
            : Broken(problem, $"{Wording.Quote(where)} is not of the kind that belongs there");
    }

    private readonly void ThrowIfDuplicate(bool seen, string name)
    {
        if (seen)
        {
            throw Duplicate(name, _path);
        }
    }

    private readonly CheckpointException Broken(CheckpointProblem problem, string what) => Broken(problem, what, _path);

    private static CheckpointException Broken(CheckpointProblem problem, string what, string path) =>
        new(path, problem, $"The file's table of contents is damaged: {what}. Download the file again.");
}
