using System.CommandLine;
using SdStudio.Diffusion.Inference;

namespace SdStudio.Cli;

/// <summary>Options about what runs the networks.</summary>
internal sealed class DeviceOptions
{
    private readonly Option<string> _provider = new("--provider")
    {
        Description = "What runs the networks.",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<bool> _lowMemory = new("--low-memory") { Description = "On a CPU: half the memory, each step about a fifth slower." };

    private readonly Option<int> _device = Rules.Between(new Option<int>("--device") { Description = "Which graphics card, from 0." }, 0, 64);

    private readonly Option<int> _threads = Rules.Between(new Option<int>("--threads") { Description = "Threads of one operation; 0 takes one a core." }, 0, 1024);

    private readonly Option<string?> _plugins = new("--plugins") { Description = "Folder of plug-in provider libraries.", HelpName = "folder" };

    public DeviceOptions()
    {
        _provider.AcceptOnlyFromAmong([.. Enum.GetNames<InferenceProvider>().Select(name => name.ToLowerInvariant())]);
    }

    public void AddTo(Command command)
    {
        command.Add(_provider);
        command.Add(_lowMemory);
        command.Add(_device);
        command.Add(_threads);
        command.Add(_plugins);
    }

    public InferenceSettings Read(ParseResult parsed) => new()
    {
        Provider = Enum.Parse<InferenceProvider>(parsed.GetRequiredValue(_provider), ignoreCase: true),
        LowMemory = parsed.GetValue(_lowMemory),
        DeviceId = parsed.GetValue(_device),
        Threads = parsed.GetValue(_threads),
        PluginFolder = parsed.GetValue(_plugins) is { } folder ? Path.GetFullPath(folder) : null,
    };
}
