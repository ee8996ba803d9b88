using System.Text.Json;

namespace SdStudio.Cli;

/// <summary>What <c>sdstudio bench</c> measured. Times are seconds, memory is bytes.</summary>
internal sealed record BenchReport
{
    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public required string Model { get; init; }

    public required string Device { get; init; }

    public required bool LowMemory { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>Opening the device, the file and both networks that come before the first step.</summary>
    public required double LoadSeconds { get; init; }

    /// <summary>One chunk of a prompt, the first time; a step waits for it once.</summary>
    public required double TextSeconds { get; init; }

    /// <summary>From the start of loading to the end of the first step, the prompt's chunk included: what a person waits for the first preview.</summary>
    public required double LoadToFirstStepSeconds { get; init; }

    /// <summary>Median of the steps after it.</summary>
    public required double SecondsPerStep { get; init; }

    public required double FastestStepSeconds { get; init; }

    public required int Steps { get; init; }

    /// <summary>Two with guidance, one without.</summary>
    public required int EvaluationsPerStep { get; init; }

    public required double SecondsPerEvaluation { get; init; }

    /// <summary>Null where decoding was left out.</summary>
    public required double? DecodeSeconds { get; init; }

    /// <summary>What changing LoRAs cost; null where no LoRA was named.</summary>
    public required LoraBenchReport? Lora { get; init; }

    /// <summary>Largest resident memory of the process, the mapped model file included.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>Largest memory of its own; null where the system does not tell it apart.</summary>
    public required long? PeakPrivateBytes { get; init; }

    /// <summary>10^9 operations a second of a large matrix product by the same runtime on the CPU, measured between the steps.</summary>
    public required double MatrixGigaflops { get; init; }

    /// <summary>Time of one evaluation as a multiple of the time that this product takes for 10^12 operations: compares machines, and says nothing of the network's own work.</summary>
    public required double EvaluationPerMatrixTeraflop { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, s_options);
}
