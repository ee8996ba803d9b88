namespace SdStudio.Diffusion.Graphs;

/// <summary>Ways to write x W^T; checkpoints keep W as [out, in].</summary>
internal enum LinearForm
{
    /// <summary>FusedMatMul reads W as it lies.</summary>
    FusedTranspose,

    /// <summary>Transpose, then MatMul: for providers without FusedMatMul.</summary>
    Transpose,
}
