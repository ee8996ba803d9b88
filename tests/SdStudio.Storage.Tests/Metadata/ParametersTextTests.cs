using SdStudio.Storage.Metadata;

namespace SdStudio.Storage.Tests.Metadata;

public sealed class ParametersTextTests
{
    [Fact]
    public void Parse_LongLineWithoutColon_IsNotQuadratic()
    {
        string words = string.Join(' ', Enumerable.Repeat("word", 100_000));

        var parsed = ParametersText.Parse(words);

        Assert.Equal(words, parsed.Prompt);
        Assert.Empty(parsed.Fields);
    }

    [Fact]
    public void Indexer_DuplicateKey_LaterWins() =>
        Assert.Equal("30", ParametersText.Parse("x\nSteps: 20, Steps: 30, Sampler: Euler")["Steps"]);

    [FsCheck.Xunit.Property]
    public void Quote_AnyText_IsReadBackByUnquote(string? text)
    {
        string value = text ?? "";

        // A value that is itself in quotes and has nothing to quote is written as it is: the web UI's own ambiguity.
        if (value.Length < 2 || value[0] != '"' || value[^1] != '"' || value.AsSpan().ContainsAny(",\n:"))
        {
            Assert.Equal(value, ParametersText.Unquote(ParametersText.Quote(value)));
        }
    }

    [FsCheck.Xunit.Property]
    public void Parse_AnyText_DoesNotThrow(string? text) => ParametersText.Parse(text ?? "");
}
