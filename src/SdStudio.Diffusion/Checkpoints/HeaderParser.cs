using System.Text.Json;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Reads a safetensors header's JSON, and nothing but what the format knows.</summary>
internal ref struct HeaderParser
{
    private const int LongestList = 32;

    private readonly string _path;
    private Utf8JsonReader _reader;

    public HeaderParser(ReadOnlySpan<byte> json, string path)
    {
        _path = path;
        _reader = new Utf8JsonReader(json);
    }

    /// <summary>A tensor as the header claims it: offsets count from the start of the data.</summary>
    public readonly record struct Claim(string Name, ElementType Type, Shape Shape, long Begin, long End);

    public List<Claim> Tensors { get; } = [];

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

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
        HashSet<string> names = new(StringComparer.Ordinal);
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
                ThrowIfDuplicate(!names.Add(name), name);
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
        long[]? dimensions = null;
        long[]? offsets = null;
        _reader.Read();
        Expect(JsonTokenType.StartObject, CheckpointProblem.InvalidEntry, name);
        while (NextProperty() is { } field)
        {
            _reader.Read();
            switch (field)
            {
                case "dtype":
                    ThrowIfDuplicate(type is not null, field);
                    type = ParseType(name);
                    break;
                case "shape":
                    ThrowIfDuplicate(dimensions is not null, field);
                    dimensions = ParseNumbers(name, CheckpointProblem.InvalidShape);
                    break;
                case "data_offsets":
                    ThrowIfDuplicate(offsets is not null, field);
                    offsets = ParseNumbers(name, CheckpointProblem.InvalidOffsets);
                    break;
                default:
                    throw Broken(CheckpointProblem.InvalidEntry, $"the tensor {Wording.Quote(name)} has an unknown field {Wording.Quote(field)}");
            }
        }

        if (type is null || dimensions is null || offsets is null)
        {
            throw Broken(CheckpointProblem.InvalidEntry, $"the tensor {Wording.Quote(name)} lacks its type, shape or offsets");
        }

        if (offsets is not [long begin, long end] || end < begin)
        {
            throw Broken(CheckpointProblem.InvalidOffsets, $"the tensor {Wording.Quote(name)} does not have two offsets in rising order");
        }

        Tensors.Add(new Claim(name, type.Value, new Shape(dimensions), begin, end));
    }

    private ElementType ParseType(string name)
    {
        Expect(JsonTokenType.String, CheckpointProblem.InvalidEntry, name);
        string text = _reader.GetString()!;
        return ElementTypes.TryParse(text, out ElementType type)
            ? type
            : throw Broken(CheckpointProblem.UnknownElementType, $"the tensor {Wording.Quote(name)} has the unknown data type {Wording.Quote(text)}");
    }

    /// <summary>A list of whole numbers, none negative.</summary>
    private long[] ParseNumbers(string name, CheckpointProblem problem)
    {
        List<long> numbers = [];
        Expect(JsonTokenType.StartArray, CheckpointProblem.InvalidEntry, name);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(JsonTokenType.Number, problem, name);
            if (!_reader.TryGetInt64(out long number) || number < 0)
            {
                throw Broken(problem, $"the tensor {Wording.Quote(name)} has a size or offset that is negative or not a whole number");
            }

            // No network has so many dimensions; a header of millions would only cost memory.
            if (numbers.Count == LongestList)
            {
                throw Broken(problem, $"the tensor {Wording.Quote(name)} has too many dimensions or offsets");
            }

            numbers.Add(number);
        }

        return [.. numbers];
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
            throw Broken(CheckpointProblem.DuplicateKey, $"the name {Wording.Quote(name)} stands in it twice");
        }
    }

    private readonly CheckpointException Broken(CheckpointProblem problem, string what) =>
        new(_path, problem, $"The file's table of contents is damaged: {what}. Download the file again.");
}
