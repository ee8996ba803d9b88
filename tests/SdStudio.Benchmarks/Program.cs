using BenchmarkDotNet.Running;
using SdStudio.Benchmarks;

// Besides the benchmarks there are tools: a file of the real size to measure with, where no real one is at hand, and measurements.
if (args is ["write-sd15", string path])
{
    FullSizeCheckpoint.Write(path);
    return;
}

if (args is ["write-sdxl", string xl, .. string[] part])
{
    FullSizeCheckpoint.WriteXl(xl, part is [string divisor] ? int.Parse(divisor, System.Globalization.CultureInfo.InvariantCulture) : 1);
    return;
}

if (args is ["write-lora", string lora, string forModel, string rank])
{
    FullSizeCheckpoint.WriteLora(lora, forModel, int.Parse(rank, System.Globalization.CultureInfo.InvariantCulture));
    return;
}

if (args is ["measure", string checkpoint, .. string[] switches])
{
    NetworkMeasurement.Run(checkpoint, switches.Contains("--low-memory"), unet: !switches.Contains("--no-unet"), decode: !switches.Contains("--no-decode"), switches.Contains("--once") ? 0 : 3);
    return;
}

if (args is ["measure-previews", string model, string side])
{
    PreviewMeasurement.Run(model, int.Parse(side, System.Globalization.CultureInfo.InvariantCulture));
    return;
}

if (args is ["measure-library", string count])
{
    LibraryMeasurement.Run(int.Parse(count, System.Globalization.CultureInfo.InvariantCulture));
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
