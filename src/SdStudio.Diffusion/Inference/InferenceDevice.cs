using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Inference;

/// <summary>What runs the networks: chosen and tested once, then handed to each of them. Holds nothing itself; the runtime lives as long as the process.</summary>
public sealed class InferenceDevice
{
    private readonly InferenceSettings _settings;
    private readonly ProviderTraits _traits;

    private InferenceDevice(InferenceSettings settings, ProviderTraits traits, OperatorChoices operators, DeviceReport report)
    {
        (_settings, _traits, Report) = (settings, traits, report);
        WeightDelivery delivery = traits.IsCpu && settings.LowMemory ? WeightDelivery.Mapped : traits.Delivery;
        OperatorChoices cpu = Providers.Cpu.Operators(ElementType.Float32, AttentionForm.Fused);

        Denoising = new ExecutionPlan(operators, delivery, traits.StaticShapes, ShrinksArena: false, DenoisingOptions);
        Text = new ExecutionPlan(cpu, settings.LowMemory ? WeightDelivery.Mapped : WeightDelivery.Converted, StaticShapes: false, ShrinksArena: false, CpuOptions);

        Previews = new ExecutionPlan(cpu, WeightDelivery.File, StaticShapes: false, ShrinksArena: true, PreviewOptions);

        // Half precision overflows in some VAEs, which gives black pictures; single precision costs little, once a picture.
        Pixels = new ExecutionPlan(operators with { Precision = ElementType.Float32 }, WeightDelivery.File, traits.StaticShapes, ShrinksArena: traits.IsCpu, PixelOptions);
    }

    /// <summary>What is in use, and why nothing faster.</summary>
    public DeviceReport Report { get; }

    /// <summary>Whether both evaluations of a guided step run as one batch.</summary>
    public bool BatchesGuidance => _traits.BatchesGuidance;

    /// <summary>Whether pictures are decoded in the machine's own memory, of which the system tells how much there is.</summary>
    public bool DecodesInMainMemory => _traits.IsCpu;

    internal ExecutionPlan Denoising { get; }

    internal ExecutionPlan Text { get; }

    internal ExecutionPlan Pixels { get; }

    internal ExecutionPlan Previews { get; }

    /// <summary>Finds, opens and tests a device.</summary>
    /// <param name="log">Told what was found, in sentences.</param>
    /// <exception cref="InferenceException">The requested provider cannot be used; never with <see cref="InferenceProvider.Auto"/>.</exception>
    public static InferenceDevice Open(InferenceSettings settings, Action<string>? log = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        log ??= _ => { };
        Providers.RegisterPlugins(settings.PluginFolder, log);
        ProviderInventory inventory = Providers.TakeInventory();
        InferenceDevice device = Open(settings, inventory.WhyNot, (traits, operators) =>
            AttentionSelfTest.LargestError(operators, () => Providers.NewOptions(traits, settings)));
        log(device.Report.ToString());
        return device;
    }

    /// <param name="measure">The error of a device's attention, see <see cref="AttentionSelfTest"/>; asked of everything but the CPU.</param>
    internal static InferenceDevice Open(
        InferenceSettings settings, Func<ProviderTraits, string?> whyNot, Func<ProviderTraits, OperatorChoices, float> measure)
    {
        ((ProviderTraits traits, OperatorChoices operators, string? note), IReadOnlyList<string> notUsed) = ProviderChoice.Make(
            settings.Provider, Providers.All, whyNot, traits => Try(traits, measure));

        string name = traits.IsCpu
            ? string.Create(CultureInfo.InvariantCulture, $"{traits.Label}, {ThreadsInWords(settings)}{(settings.LowMemory ? ", low memory" : "")}")
            : $"{traits.Label}, {(operators.Precision == ElementType.Float16 ? "half" : "single")} precision";
        DeviceReport report = new(traits.Provider, name, [.. note is null ? [] : (string[])[note], .. notUsed])
        {
            Precision = operators.Precision,
            Runtime = OrtEnv.Instance().GetVersionString(),
        };
        return new InferenceDevice(settings, traits, operators, report);
    }

    private static (ProviderTraits, OperatorChoices, string?) Try(ProviderTraits traits, Func<ProviderTraits, OperatorChoices, float> measure)
    {
        if (traits.IsCpu)
        {
            return (traits, traits.Operators(ElementType.Float32, AttentionForm.Fused), null);
        }

        try
        {
            return AttentionSelfTest.Choose(traits, operators => measure(traits, operators)) is { } choice
                ? (traits, choice.Operators, choice.Note)
                : throw new InferenceException(
                    InferenceFailure.DeviceUnavailable, $"{traits.Label} is there, but does not run here or computes wrongly: an update of the graphics driver may help.");
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new InferenceException(InferenceFailure.DeviceUnavailable, $"{traits.Label} cannot be started: {e.Message}", e);
        }
    }

    private static string ThreadsInWords(InferenceSettings settings) => settings.Threads switch
    {
        0 => "a thread for each core",
        1 => "1 thread",
        _ => string.Create(CultureInfo.InvariantCulture, $"{settings.Threads} threads"),
    };

    private SessionOptions DenoisingOptions()
    {
        SessionOptions options = Providers.NewOptions(_traits, _settings);
        if (_traits.IsCpu)
        {
            GiveBackMemory(options);
        }

        return options;
    }

    private SessionOptions CpuOptions()
    {
        SessionOptions options = Providers.NewOptions(_settings);
        GiveBackMemory(options);
        return options;
    }

    // The VAE asks for a few very large blocks again and again, which an arena spares the system; what it holds is given back after each run.
    private SessionOptions PixelOptions() => Providers.NewOptions(_traits, _settings);

    // Where the processor makes the picture too, one thread: the others go on with it. Beside a graphics card half of the cores are idle anyway.
    private SessionOptions PreviewOptions() => Providers.NewOptions(_settings with { Threads = _traits.IsCpu ? 1 : Math.Max(1, Environment.ProcessorCount / 2) });

    /// <summary>An arena keeps what the largest picture ever needed; without one a session at rest holds next to nothing, and a step takes no longer.</summary>
    private static void GiveBackMemory(SessionOptions options)
    {
        options.EnableCpuMemArena = false;
        options.EnableMemoryPattern = false;
    }
}
