using SdStudio.Storage.Plots;

namespace SdStudio.Storage.Tests.Plots;

public sealed class ValueListTests
{
    [Theory]
    [InlineData("a, b, \"c, d\"", new[] { "a", "b", "c, d" })]
    [InlineData("  a ,,b , ", new[] { "a", "b" })]
    [InlineData("cat, \"\"", new[] { "cat", "" })]
    [InlineData("\"she said \"\"hi\"\"\", x", new[] { "she said \"hi\"", "x" })]
    [InlineData("one\ntwo, three", new[] { "one", "two", "three" })]
    [InlineData("\"open, to the end", new[] { "open, to the end" })]
    [InlineData("a \"b\" c", new[] { "a \"b\" c" })]
    [InlineData("", new string[0])]
    [InlineData(",,,", new string[0])]
    public void Split_ReadsAsPythonsReaderDoes(string text, string[] values) => Assert.Equal(values, ValueList.Split(text));

    [FsCheck.Xunit.Property]
    public bool Split_WhatWasQuoted_ComesBack(FsCheck.NonNull<string>[] values)
    {
        string[] expected = [.. values.Select(value => value.Get.Trim())];
        return ValueList.Split(string.Join(", ", expected.Select(ValueList.Quote))).SequenceEqual(expected);
    }

    [FsCheck.Xunit.Property]
    public bool Split_AnyText_Ends(FsCheck.NonNull<string> text) => ValueList.Split(text.Get).Count <= text.Get.Length + 1;
}
