using System.Reflection;
using System.Xml.Linq;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Tests.Architecture;

/// <summary>Web and Cli, then Storage, then Diffusion: never back.</summary>
public sealed class ProjectReferenceTests
{
    public static TheoryData<string, string[]> AllowedProjects => new()
    {
        { "SdStudio.Diffusion", [] },
        { "SdStudio.Storage", ["SdStudio.Diffusion"] },
        { "SdStudio.Web", ["SdStudio.Diffusion", "SdStudio.Storage"] },
        { "SdStudio.Cli", ["SdStudio.Diffusion", "SdStudio.Storage"] },
    };

    /// <summary>What a package's name begins with, and the one project that may name it.</summary>
    public static TheoryData<string, string> PackageOwners => new()
    {
        { "Microsoft.ML.OnnxRuntime", "SdStudio.Diffusion" },
        { "Google.Protobuf", "SdStudio.Diffusion" },
        { "NetVips", "SdStudio.Storage" },
        { "Microsoft.EntityFrameworkCore", "SdStudio.Storage" },
        { "MudBlazor", "SdStudio.Web" },
        { "QRCoder", "SdStudio.Web" },
        { "Spectre.Console", "SdStudio.Cli" },
        { "System.CommandLine", "SdStudio.Cli" },
    };

    [Theory]
    [MemberData(nameof(AllowedProjects))]
    public void Project_References_GoOneWay(string project, string[] allowed)
    {
        ArgumentNullException.ThrowIfNull(allowed);
        IEnumerable<string> references = Items(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));

        Assert.Empty(references.Except(allowed));
    }

    [Theory]
    [MemberData(nameof(PackageOwners))]
    public void Package_IsNamedByItsOwnerAlone(string prefix, string owner)
    {
        IEnumerable<string> users = SourceTree.Projects.Where(project => Items(project, "PackageReference").Any(package => package.StartsWith(prefix, StringComparison.Ordinal)));

        Assert.Equal([owner], users);
    }

    [Fact]
    public void WebFramework_IsUsedByWebAlone()
    {
        foreach (string project in SourceTree.Projects.Except(["SdStudio.Web"]))
        {
            var root = XDocument.Load(SourceTree.ProjectFile(project)).Root!;
            Assert.Equal("Microsoft.NET.Sdk", root.Attribute("Sdk")?.Value);
            Assert.DoesNotContain(root.Descendants(), element => element.Name.LocalName == "FrameworkReference");
        }
    }

    [Theory]
    [InlineData("Microsoft.AspNetCore")]
    [InlineData("Microsoft.EntityFrameworkCore")]
    [InlineData("Microsoft.Data.Sqlite")]
    [InlineData("Microsoft.Extensions")]
    [InlineData("NetVips")]
    [InlineData("SdStudio.")]
    public void Diffusion_CompiledReferences_KnowNoWebDatabaseImageFileOrConfiguration(string prefix) =>
        Assert.DoesNotContain(
            typeof(Latent).Assembly.GetReferencedAssemblies(), reference => reference.Name!.StartsWith(prefix, StringComparison.Ordinal));

    [Theory]
    [InlineData("Microsoft.AspNetCore")]
    [InlineData("Microsoft.ML.OnnxRuntime")]
    [InlineData("Microsoft.Extensions.Options")]
    [InlineData("Microsoft.Extensions.Configuration")]
    [InlineData("SdStudio.Web")]
    public void Storage_CompiledReferences_KnowNoWebEngineOrConfiguration(string prefix) =>
        Assert.DoesNotContain(
            Assembly.Load("SdStudio.Storage").GetReferencedAssemblies(), reference => reference.Name!.StartsWith(prefix, StringComparison.Ordinal));

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(SourceTree.ProjectFile(project)).Descendants(kind).Select(item => item.Attribute("Include")!.Value);
}
