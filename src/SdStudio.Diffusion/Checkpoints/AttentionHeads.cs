namespace SdStudio.Diffusion.Checkpoints;

/// <summary>How a family divides channels among attention heads: into a number of heads that is the same on every level, or into heads of one width.</summary>
public sealed record AttentionHeads
{
    private readonly int _count, _width;

    private AttentionHeads(int count, int width)
    {
        (_count, _width) = (count, width);
    }

    public static AttentionHeads OfNumber(int count) => new(count, 0);

    public static AttentionHeads OfWidth(int width) => new(0, width);

    /// <summary>Heads of a layer; at least one.</summary>
    public int Of(long channels) => _count > 0 ? _count : (int)Math.Clamp(channels / _width, 1, 1024);
}
