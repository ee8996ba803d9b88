using SdStudio.Diffusion;
using SdStudio.Tests;

namespace SdStudio.Web.Tests.Generation;

/// <summary>Lets a fake pipeline through its steps one by one.</summary>
internal sealed class StepGate : IDisposable
{
    private readonly SemaphoreSlim _steps = new(0);

    public FakePipeline Pipeline() => new() { BeforeStep = Pass };

    public void Open(int steps) => _steps.Release(steps);

    public void OpenForGood() => _steps.Release(1_000_000);

    public void Pass(ImageRecipe recipe, int step, CancellationToken cancellationToken) => _steps.Wait(cancellationToken);

    public void Dispose() => _steps.Dispose();
}
