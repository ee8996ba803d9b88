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
    public void Read_ManyExamples_KeepsTheFirstEightOnceEach()
    {
        ModelIntroduction? card = Read("""{"examples": ["1", "1", "2", "3", "4", "5", "6", "7", "8", "9"]}""");

        Assert.Equal("12345678", string.Concat(card!.Examples));
    }

    [Fact]
    public void Read_WordsAndSettingsToStartWith_AreTakenOver()
    {
        ModelIntroduction? card = Read("""
            {"prompt": "a boat", "defaults": {"steps": 12, "guidance": 4.5, "sampler": "euler", "schedule": "simple", "width": 320, "height": 192, "negative": "blurry"},
             "draft": {"lora": "quick", "weight": 0.9, "steps": 4, "guidance": 1, "sampler": "ddim"}}
            """);

        Assert.Equal("a boat", card!.Prompt);
        Assert.Equal(
            new RecipeSuggestion { Steps = 12, GuidanceScale = 4.5f, Sampler = "euler", Schedule = "simple", Width = 320, Height = 192, NegativePrompt = "blurry" }, card.Defaults);
        Assert.Equal(new DraftSuggestion("quick", 0.9f, 4, 1, "ddim", "normal"), card.Draft);
    }

    [Fact]
    public void Read_SamplerAlone_BringsItsSchedule() =>
        Assert.Equal("karras", Read("""{"defaults": {"sampler": "dpmpp_2m"}}""")!.Defaults!.Schedule);

    [Fact]
    public void Read_UnknownScheduleBesideASampler_LeavesTheScheduleOpen() =>
        Assert.Equal(new RecipeSuggestion { Sampler = "euler" }, Read("""{"defaults": {"sampler": "euler", "schedule": "cubic"}}""")!.Defaults);

    [Theory]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("""{"steps": 0, "guidance": 31, "sampler": "magic", "schedule": "magic", "width": 256, "negative": "two\nlines"}""")]
    [InlineData("""{"steps": 20.5, "guidance": 1e400, "sampler": 3, "width": 4, "height": 256}""")]
    [InlineData("""{"steps": "20", "guidance": -1, "width": 256, "height": 5000}""")]
    public void Read_SettingsOutOfBounds_ArePassedOver(string defaults)
    {
        ModelIntroduction? card = Read($$"""{"title": "Boats", "defaults": {{defaults}}}""");

        Assert.Equal(new ModelIntroduction("Boats", null, []), card);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("""{"steps": 5, "guidance": 1, "sampler": "ddim"}""")]
    [InlineData("""{"lora": "../quick", "steps": 5, "guidance": 1, "sampler": "ddim"}""")]
    [InlineData("""{"lora": "quick", "steps": 50, "guidance": 1, "sampler": "ddim"}""")]
    [InlineData("""{"lora": "quick", "steps": 5, "guidance": 0, "sampler": "ddim"}""")]
    [InlineData("""{"lora": "quick", "steps": 5, "guidance": 1, "sampler": "magic"}""")]
    [InlineData("""{"lora": "quick", "steps": 5, "guidance": 1, "sampler": "ddim", "schedule": "magic"}""")]
    [InlineData("""{"lora": "quick", "steps": 5, "guidance": 1, "sampler": "ddim", "weight": 0}""")]
    public void Read_HalfADraft_IsNone(string draft) => Assert.Null(Read($$"""{"title": "Boats", "draft": {{draft}}}""")!.Draft);

    private ModelIntroduction? Read(string content)
    {
        File.WriteAllText(Path.Combine(_folder, ModelCardFile.Name), content);
        return ModelCardFile.Read(_folder);
    }
}
