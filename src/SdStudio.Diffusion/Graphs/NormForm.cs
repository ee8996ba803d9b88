namespace SdStudio.Diffusion.Graphs;

/// <summary>Ways to write group normalisation; all start with InstanceNormalization over [batch, groups, rest].</summary>
internal enum NormForm
{
    /// <summary>The channels' scale and shift as a BatchNormalization of mean 0 and variance 1, one pass on a CPU.</summary>
    InstanceThenBatch,

    /// <summary>The channels' scale and shift as a product and a sum.</summary>
    InstanceThenScale,
}
