using Microsoft.Extensions.Options;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Storage.Models;
using SdStudio.Web.Configuration;
using SdStudio.Web.Hosting;

namespace SdStudio.Web.Generation;

/// <summary>Loads Stable Diffusion models onto this machine's device. Everything here happens on the worker's thread.</summary>
internal sealed partial class ModelLoader
{
    private readonly InferenceSettings _inference;
    private readonly PipelineSettings _settings;
    private readonly MachineReport _machine;
    private readonly ILogger<ModelLoader> _logger;
    private InferenceDevice? _device;

    public ModelLoader(IOptions<InferenceOptions> options, StudioPaths paths, ModelCatalog catalog, MachineReport machine, ILogger<ModelLoader> logger)
    {
        (_machine, _logger) = (machine, logger);
        InferenceOptions inference = options.Value;
        _inference = new InferenceSettings
        {
            Provider = inference.Provider,
            LowMemory = inference.LowMemory,
            DeviceId = inference.DeviceId,
            Threads = inference.Threads,
            PluginFolder = paths.PluginFolder,
        };
        _settings = new PipelineSettings(paths.ModelRoots, name => catalog.Find(ModelKind.Lora, name)?.Path);
    }

    /// <summary>Finds the device early, so that the log and the page about this machine can tell before the first picture.</summary>
    public void OpenDevice()
    {
        try
        {
            Device();
        }
        catch (DiffusionException problem)
        {
            // Said again, to the person concerned, when a picture is asked for.
            _machine.DeviceProblem = problem.Message;
            LogProblem(problem.Message);
        }
    }

    /// <inheritdoc cref="PipelineLoader"/>
    public IImagePipeline Load(ModelFile model, CancellationToken cancellationToken)
    {
        InferenceDevice device = Device();
        cancellationToken.ThrowIfCancellationRequested();
        return StableDiffusionPipeline.Load(model.Path, _settings, device);
    }

    private InferenceDevice Device()
    {
        if (_device is null)
        {
            _device = InferenceDevice.Open(_inference, LogDevice);
            _machine.Device = _device.Report;
            _machine.DeviceProblem = null;
        }

        return _device;
    }

    [LoggerMessage(LogLevel.Information, "{Sentence}")]
    private partial void LogDevice(string sentence);

    [LoggerMessage(LogLevel.Error, "{Problem}")]
    private partial void LogProblem(string problem);
}
