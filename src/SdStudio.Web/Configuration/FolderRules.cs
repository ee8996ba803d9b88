using Microsoft.Extensions.Options;

namespace SdStudio.Web.Configuration;

/// <summary>What annotations cannot say about folders: that there is something at the path, and that it can be written.</summary>
internal sealed class FolderRules(IHostEnvironment environment) : IValidateOptions<GalleryOptions>, IValidateOptions<ModelsOptions>, IValidateOptions<PromptsOptions>
{
    public ValidateOptionsResult Validate(string? name, GalleryOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Folder))
        {
            return ValidateOptionsResult.Skip;
        }

        string folder = Path.GetFullPath(options.Folder, environment.ContentRootPath);
        try
        {
            Directory.CreateDirectory(folder);
            string probe = Path.Combine(folder, $".write-test-{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return ValidateOptionsResult.Success;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return ValidateOptionsResult.Fail($"Gallery:Folder: pictures cannot be kept in {folder}: {problem.Message}");
        }
    }

    /// <summary>A folder that is missing is fine (it may be on a disk that is not plugged in); a file in its place is a mistake.</summary>
    public ValidateOptionsResult Validate(string? name, ModelsOptions options)
    {
        List<string> problems = [];
        for (int i = 0; i < options.Roots.Count; i++)
        {
            string root = options.Roots[i];
            if (string.IsNullOrWhiteSpace(root))
            {
                problems.Add($"Models:Roots:{i}: must not be empty.");
            }
            else if (File.Exists(Path.GetFullPath(root, environment.ContentRootPath)))
            {
                problems.Add($"Models:Roots:{i}: {root} is a file; name the folder it lies in.");
            }
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
    public ValidateOptionsResult Validate(string? name, PromptsOptions options) =>
        !string.IsNullOrWhiteSpace(options.Wildcards) && File.Exists(Path.GetFullPath(options.Wildcards, environment.ContentRootPath))
            ? ValidateOptionsResult.Fail($"Prompts:Wildcards: {options.Wildcards} is a file; name the folder it lies in.")
            : ValidateOptionsResult.Success;
}
