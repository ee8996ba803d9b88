using SdStudio.Storage.Models;

namespace SdStudio.Storage.Tests.Models;

public sealed class ModelCardFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_WholeCard_IsTakenOver()
    {
        ModelIntroduction? card = Read("""{"title": " Boats ", "description": "It draws boats.", "examples": ["a boat", "two boats"], "more": {"later": 1}}""");

        Assert.Equal(new ModelIntroduction("Boats", "It draws boats.", ["a boat", "two boats"]), card);
    }

    [Fact]
    public void Read_NoCard_IsNull() => Assert.Null(ModelCardFile.Read(_folder));

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"title": 7, "description": ["a"], "examples": "a boat"}""")]
    [InlineData("""{"title": "", "description": "   ", "examples": [null, 3, {}]}""")]
    [InlineData("""{"description": "half \ud800"}""")]
    [InlineData("""{"description": "two\nlines"}""")]
    [InlineData("""{"description": "turned \u202e round"}""")]
    [InlineData("""{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}}, "title": "Deep"}""")]
    public void Read_NotACard_IsNull(string content) => Assert.Null(Read(content));

    [Fact]
    public void Read_TooLargeFile_IsNull() => Assert.Null(Read($$"""{"title": "Boats", "more": "{{new string('a', 70_000)}}"}"""));

    [Fact]
    public void Read_TextsThatAreTooLong_ArePassedOver()
    {
        ModelIntroduction? card = Read($$"""{"title": "{{new string('a', 61)}}", "description": "{{new string('b', 401)}}", "examples": ["{{new string('c', 121)}}", "a boat"]}""");

        Assert.Equal(new ModelIntroduction(null, null, ["a boat"]), card);
    }

    [Fact]
    public void Read_ManyExamples_KeepsTheFirstSixOnceEach()
    {
        ModelIntroduction? card = Read("""{"examples": ["1", "1", "2", "3", "4", "5", "6", "7"]}""");

        Assert.Equal("123456", string.Concat(card!.Examples));
    }

    private ModelIntroduction? Read(string content)
    {
        File.WriteAllText(Path.Combine(_folder, ModelCardFile.Name), content);
        return ModelCardFile.Read(_folder);
    }
}
