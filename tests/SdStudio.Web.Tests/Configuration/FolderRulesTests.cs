using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using SdStudio.Web.Configuration;

namespace SdStudio.Web.Tests.Configuration;

public sealed class FolderRulesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Validate_WildcardsThatAreAFile_NamesTheSetting()
    {
        File.WriteAllText(Path.Combine(_folder, "wildcards"), "");

        string? problem = new FolderRules(new Machine(_folder)).Validate(null, new PromptsOptions()).FailureMessage;

        Assert.StartsWith("Prompts:Wildcards: wildcards is a file", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_WildcardsThatAreNotThereYet_AreFine() =>
        Assert.True(new FolderRules(new Machine(_folder)).Validate(null, new PromptsOptions()).Succeeded);

    private sealed class Machine(string root) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "Test";

        public string ApplicationName { get; set; } = "SdStudio";

        public string ContentRootPath { get; set; } = root;

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
