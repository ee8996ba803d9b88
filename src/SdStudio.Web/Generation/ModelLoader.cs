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
    private readonly ModelCatalog _catalog;
    private readonly MachineReport _machine;
    private readonly ILogger<ModelLoader> _logger;
    private InferenceDevice? _device;

    public ModelLoader(IOptions<InferenceOptions> options, StudioPaths paths, ModelCatalog catalog, MachineReport machine, ILogger<ModelLoader> logger)
    {
        (_catalog, _machine, _logger) = (catalog, machine, logger);
        InferenceOptions inference = options.Value;
        _inference = new InferenceSettings
        {
            Provider = inference.Provider,
            LowMemory = inference.LowMemory,
            DeviceId = inference.DeviceId,
            Threads = inference.Threads,
            PluginFolder = paths.PluginFolder,
        };
    }

    /// <summary>With the folders of this moment: some may have been added or taken off since the last model.</summary>
    private PipelineSettings Settings => new(_catalog.Roots, name => _catalog.Find(ModelKind.Lora, name)?.Path)
    {
        FindModel = name => _catalog.Find(ModelKind.Checkpoint, name)?.Path,
        FindVae = name => _catalog.Find(ModelKind.Vae, name)?.Path,
        FindTextEncoder = name => _catalog.Find(ModelKind.TextEncoder, name)?.Path,
        EmbeddingPlaces = () => _catalog.EmbeddingPlaces,
    };

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
            LogProblem(problem.Message);
        }
        catch (Exception problem)
        {
            // Such as a native library that is not there: pages still work, and every picture says that it cannot be made.
            _machine.DeviceProblem = "What runs the networks could not be started; the log of the server says why.";
            LogBroken(problem);
        }
    }

    /// <inheritdoc cref="DeviceClosing"/>
    public void CloseDevice()
    {
        _device = null;
        _machine.Device = null;
        LogClosed();
    }

    /// <inheritdoc cref="PipelineLoader"/>
    public IImagePipeline Load(PipelineDemand demand, IProgress<double> loaded, CancellationToken cancellationToken)
    {
        InferenceDevice device = Device();
        cancellationToken.ThrowIfCancellationRequested();
        return StableDiffusionPipeline.Load(demand.Model.Path, Settings, device, demand.Recipe, loaded);
    }

    /// <inheritdoc cref="PipelineProof"/>
    public void Prove(PipelineDemand demand, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StableDiffusionPipeline.Prove(demand.Model.Path, Settings, demand.Recipe);
    }

    private InferenceDevice Device()
    {
        if (_device is not null)
        {
            return _device;
        }

        try
        {
            _device = InferenceDevice.Open(_inference, LogDevice);
            (_machine.Device, _machine.DeviceProblem) = (_device.Report, null);
            return _device;
        }
        catch (DiffusionException problem)
        {
            _machine.DeviceProblem = problem.Message;
            throw;
        }
    }

    [LoggerMessage(LogLevel.Information, "{Sentence}")]
    private partial void LogDevice(string sentence);

    [LoggerMessage(LogLevel.Warning, "The device was lost; it is opened again for the next picture.")]
    private partial void LogClosed();

    [LoggerMessage(LogLevel.Error, "What runs the networks could not be started.")]
    private partial void LogBroken(Exception problem);

    [LoggerMessage(LogLevel.Error, "{Problem}")]
    private partial void LogProblem(string problem);
}
