using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Inference;

/// <summary>
/// The execution providers we know, fastest first, and how each is switched on. Uses nothing that ONNX Runtime 1.24 does not have:
/// the DirectML package stopped there.
/// </summary>
internal static class Providers
{
    public static ProviderTraits Cpu { get; } = new(
        InferenceProvider.Cpu, "CPU", "CPUExecutionProvider", [ElementType.Float32], WeightDelivery.Converted,
        StaticShapes: false, BatchesGuidance: false, NormForm.InstanceThenBatch, LinearForm.FusedTranspose);

    public static IReadOnlyList<ProviderTraits> All { get; } =
    [
        new(InferenceProvider.Cuda, "CUDA", "CUDAExecutionProvider", [ElementType.Float16, ElementType.Float32], WeightDelivery.File,
            StaticShapes: false, BatchesGuidance: true, NormForm.InstanceThenScale, LinearForm.FusedTranspose),
        new(InferenceProvider.DirectML, "DirectML", "DmlExecutionProvider", [ElementType.Float16, ElementType.Float32], WeightDelivery.File,
            StaticShapes: true, BatchesGuidance: true, NormForm.InstanceThenScale, LinearForm.FusedTranspose),
        new(InferenceProvider.WebGpu, "WebGPU", "WebGpuExecutionProvider", [ElementType.Float16, ElementType.Float32], WeightDelivery.File,
            StaticShapes: false, BatchesGuidance: true, NormForm.InstanceThenScale, LinearForm.Transpose),
        Cpu,
    ];

    /// <summary>Loads the provider libraries of a folder into the runtime. A library that does not load is reported, and is otherwise as if it were not there.</summary>
    public static void RegisterPlugins(string? folder, Action<string> log)
    {
        if (folder is null || !Directory.Exists(folder))
        {
            return;
        }

        foreach (string path in Directory.EnumerateFiles(folder).Where(IsPlugin).Order(StringComparer.Ordinal))
        {
            string name = PluginName(path);
            try
            {
                OrtEnv.Instance().RegisterExecutionProviderLibrary(name, Path.GetFullPath(path));
                log($"Loaded the provider library {Path.GetFileName(path)}.");
            }
            catch (OnnxRuntimeException e) when (e.Message.Contains("already registered", StringComparison.OrdinalIgnoreCase))
            {
                // The runtime lives as long as the process, a device may be opened again.
            }
            catch (OnnxRuntimeException e)
            {
                log($"The provider library {path} could not be loaded: {e.Message.Split('\n', 2)[0]}");
            }
        }
    }

    /// <summary>Whether a file is a provider library: onnxruntime_providers_NAME with the system's prefix and extension. "shared" is the bridge that built-in providers bring.</summary>
    public static bool IsPlugin(string path)
    {
        string extension = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? ".dll" : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? ".dylib" : ".so";
        string name = PluginName(path);
        return Path.GetExtension(path) == extension
            && name.StartsWith("onnxruntime_providers_", StringComparison.Ordinal)
            && name != "onnxruntime_providers_shared";
    }

    /// <summary>What is there: providers built into the runtime, and cards that registered libraries can drive.</summary>
    public static ProviderInventory TakeInventory() => new(
        [.. OrtEnv.Instance().GetAvailableProviders()],
        [.. OrtEnv.Instance().GetEpDevices().Where(d => d.HardwareDevice.Type == OrtHardwareDeviceType.GPU).Select(d => d.EpName)],
        RuntimeInformation.IsOSPlatform(OSPlatform.Windows));

    /// <summary>Options for a session on a provider.</summary>
    public static SessionOptions NewOptions(ProviderTraits traits, InferenceSettings settings)
    {
        SessionOptions options = NewOptions(settings);
        try
        {
            Append(options, traits, settings.DeviceId);
            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }

    /// <summary>Options for a session on the CPU, whatever else there is.</summary>
    public static SessionOptions NewOptions(InferenceSettings settings)
    {
        SessionOptions options = new()
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,  // Everything that fails is thrown as well.
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        };

        // Threads that spin while they wait cost a fifth of a busy machine and gain nothing on a quiet one.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (settings.Threads > 0)
        {
            options.IntraOpNumThreads = settings.Threads;
        }

        return options;
    }

    private static void Append(SessionOptions options, ProviderTraits traits, int deviceId)
    {
        switch (traits.Provider)
        {
            case InferenceProvider.Cpu:
                break;
            case InferenceProvider.DirectML:
                options.EnableMemoryPattern = false;
                options.AppendExecutionProvider_DML(deviceId);
                break;
            case InferenceProvider.Cuda:
                options.AppendExecutionProvider_CUDA(deviceId);
                break;
            case InferenceProvider.WebGpu when OrtEnv.Instance().GetAvailableProviders().Contains(traits.RuntimeName):
                options.AppendExecutionProvider("WebGPU", []);
                break;
            default:
                OrtEpDevice[] cards = [.. OrtEnv.Instance().GetEpDevices()
                    .Where(d => d.EpName == traits.RuntimeName && d.HardwareDevice.Type == OrtHardwareDeviceType.GPU)];
                options.AppendExecutionProvider(OrtEnv.Instance(), [cards[Math.Clamp(deviceId, 0, cards.Length - 1)]], new Dictionary<string, string>());
                break;
        }
    }

    private static string PluginName(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        return name.StartsWith("lib", StringComparison.Ordinal) ? name[3..] : name;
    }
}
