using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Graphs.Networks;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Inference;

/// <summary>The UNet of a tiny random checkpoint, run as a plan says.</summary>
internal sealed class TinyUNet : IDisposable
{
    private readonly TinyCheckpoint _file;
    private readonly Checkpoint _checkpoint;

    public TinyUNet(ExecutionPlan plan, ElementType type = ElementType.Float16)
    {
        _file = TinyCheckpoint.Folder(type);
        _checkpoint = Checkpoint.Open(_file.Path);
        Weights = new WeightBuffers(_checkpoint.UNet, plan.Delivery, plan.Operators.Precision);
        Network = new Network("UNet", plan, Weights, g => UNetGraph.Build(g, _checkpoint.UNetSettings));
    }

    public IWeightSource Source => _checkpoint.UNet;

    public WeightBuffers Weights { get; }

    public Network Network { get; }

    public float[] Run(int height = 8, int width = 8, CancellationToken cancellation = default)
    {
        int dimension = (int)_checkpoint.UNet.ShapeOf("middle_block.1.transformer_blocks.0.attn2.to_k.weight")[1];
        return Network.Run(
            [
                new NetworkInput(UNetGraph.Sample, Numbers(4 * height * width), 1, 4, height, width),
                new NetworkInput(UNetGraph.Timestep, new[] { 500.5f }, 1),
                new NetworkInput(UNetGraph.Context, Numbers(77 * dimension), 1, 77, dimension),
            ],
            cancellation)[UNetGraph.Result];
    }

    public void Dispose()
    {
        Network.Dispose();
        Weights.Dispose();
        _checkpoint.Dispose();
        _file.Dispose();
    }

    private static float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(i * 0.7f))];
}
