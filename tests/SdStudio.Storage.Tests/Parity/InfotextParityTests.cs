using System.Text.Json;
using SdStudio.Storage.Metadata;
using SdStudio.Tests;

namespace SdStudio.Storage.Tests.Parity;

/// <summary>"Parameters" texts against the reference's own.</summary>
[Trait("Category", "Parity")]
public sealed class InfotextParityTests
{
    public static TheoryData<string, string> Parsed => GoldenFolder.Cases("infotext/parse.json", array: null);

    public static TheoryData<string, string> Created => GoldenFolder.Cases("infotext/create.json", "create");

    public static TheoryData<string, string> Quoted => GoldenFolder.Cases("infotext/create.json", "quote");

    [SkippableTheory]
    [MemberData(nameof(Parsed))]
    public void Parse_Text_GivesTheReferencesPairs(string file, string label) => AssertParsed(GoldenFolder.Case(file, label, array: null));

    [SkippableTheory]
    [MemberData(nameof(Created))]
    public void Write_Parameters_IsByteForByteTheReferences(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, "create");

        string text = ParametersText.Write(
            golden.GetProperty("prompt").GetString()!,
            golden.GetProperty("negative").GetString()!,
            golden.GetProperty("params").EnumerateArray().Select(pair => new KeyValuePair<string, object?>(pair[0].GetString()!, ValueOf(pair[1]))));

        Assert.Equal(golden.GetProperty("text").GetString(), text);
    }

    [SkippableTheory]
    [MemberData(nameof(Created))]
    public void Parse_WrittenText_GivesTheReferencesPairs(string file, string label) => AssertParsed(GoldenFolder.Case(file, label, "create").GetProperty("round_trip"));

    [SkippableTheory]
    [MemberData(nameof(Quoted))]
    public void Quote_Value_IsTheReferences(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, "quote");
        string quoted = golden.GetProperty("out").GetString()!;

        Assert.Equal(quoted, ParametersText.Quote(golden.GetProperty("in").GetString()!));
        Assert.Equal(golden.GetProperty("unquote_of_out").GetString(), ParametersText.Unquote(quoted));
    }

    private static void AssertParsed(JsonElement golden)
    {
        var parsed = ParametersText.Parse(golden.GetProperty("text").GetString()!);

        Assert.Equal(golden.GetProperty("prompt").GetString(), parsed.Prompt);
        Assert.Equal(golden.GetProperty("negative_prompt").GetString(), parsed.NegativePrompt);

        // What the reference could not read is marked by an object and skipped there too.
        Assert.Equal(
            golden.GetProperty("fields").EnumerateArray()
                .Where(pair => pair[1].ValueKind == JsonValueKind.String)
                .Select(pair => new KeyValuePair<string, string>(pair[0].GetString()!, pair[1].GetString()!)),
            parsed.Fields);
    }

    private static object? ValueOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => value.GetString(),
        _ when value.GetRawText().AsSpan().ContainsAny(".eE") => value.GetDouble(),
        _ => System.Numerics.BigInteger.Parse(value.GetRawText(), System.Globalization.CultureInfo.InvariantCulture),
    };
}
