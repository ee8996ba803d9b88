using System.Reflection;
using NetArchTest.Rules;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Tests.Architecture;

/// <summary>Inside Diffusion the rooms have an order too.</summary>
public sealed class RoomOrderTests
{
    private const string Root = "SdStudio.Diffusion.";

    private static readonly Assembly s_diffusion = typeof(Latent).Assembly;

    /// <summary>Each room and those it may use; the root's words are free to all.</summary>
    private static readonly Dictionary<string, string[]> s_uses = new()
    {
        ["Tensors"] = [],
        ["Imaging"] = ["Tensors"],
        ["Tokens"] = [],
        ["Random"] = ["Tensors"],
        ["Sampling"] = ["Random", "Tensors"],
        ["Prompts"] = ["Tokens"],
        ["Checkpoints"] = ["Imaging", "Tensors"],
        ["Loras"] = ["Checkpoints", "Tensors"],
        ["Embeddings"] = ["Checkpoints", "Prompts", "Tensors", "Tokens"],

        // A graph takes its sizes from the shapes of the weights, never from their values.
        ["Graphs"] = ["Checkpoints", "Tensors"],

        // Conditioning is the word between prompts and networks.
        ["Inference"] = ["Graphs", "Checkpoints", "Imaging", "Prompts", "Tensors"],
    };

    public static TheoryData<string> Rooms => [.. s_uses.Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Room_UsesOnlyRoomsBelowIt(string room)
    {
        string[] above = [.. AllRooms().Except(s_uses[room]).Except([room]).Select(other => Root + other)];

        TestResult result = Types.InAssembly(s_diffusion).That().ResideInNamespace(Root + room).ShouldNot().HaveDependencyOnAny(above).GetResult();

        Assert.True(result.IsSuccessful, Failing(result));
    }

    [Fact]
    public void Room_OfEveryFolder_HasItsPlaceInTheOrder() =>
        Assert.Empty(AllRooms().Except(s_uses.Keys).Except(["Pipelines"]));

    [Fact]
    public void Blocks_DoNotKnowTheNetworksMadeOfThem()
    {
        TestResult result = Types.InAssembly(s_diffusion).That().ResideInNamespace(Root + "Graphs.Blocks").ShouldNot().HaveDependencyOn(Root + "Graphs.Networks").GetResult();

        Assert.True(result.IsSuccessful, Failing(result));
    }

    [Fact]
    public void OnnxRuntime_IsUsedByInferenceAlone()
    {
        TestResult result = Types.InAssembly(s_diffusion).That().DoNotResideInNamespace(Root + "Inference").ShouldNot().HaveDependencyOn("Microsoft.ML.OnnxRuntime").GetResult();

        Assert.True(result.IsSuccessful, Failing(result));
        Assert.NotEmpty(Types.InAssembly(s_diffusion).That().HaveDependencyOn("Microsoft.ML.OnnxRuntime").GetTypes());
    }

    [Fact]
    public void OnnxRuntime_IsNotMentionedInOtherSourceFiles()
    {
        IEnumerable<string> mentions = SourceTree.Projects
            .SelectMany(SourceTree.Files)
            .Where(path => File.ReadAllText(path).Contains("Microsoft.ML.OnnxRuntime", StringComparison.Ordinal))
            .Where(path => !path.StartsWith(Path.Combine(SourceTree.ProjectFolder("SdStudio.Diffusion"), "Inference"), StringComparison.Ordinal));

        Assert.Empty(mentions);
    }

    private static IEnumerable<string> AllRooms() => s_diffusion.GetTypes()
        .Where(type => type.Namespace?.StartsWith(Root, StringComparison.Ordinal) == true)
        .Select(type => type.Namespace![Root.Length..].Split('.')[0])
        .Distinct();

    private static string Failing(TestResult result) => "Out of order: " + string.Join(", ", result.FailingTypes?.Select(type => type.FullName) ?? []);
}
