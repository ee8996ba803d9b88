using BenchmarkDotNet.Running;
using SdStudio.Benchmarks;

// Besides the benchmarks there is one tool: a file of the real size to measure with, where no real one is at hand.
if (args is ["write-sd15", string path])
{
    FullSizeCheckpoint.Write(path);
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
