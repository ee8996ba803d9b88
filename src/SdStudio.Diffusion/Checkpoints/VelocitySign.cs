namespace SdStudio.Diffusion.Checkpoints;

/// <summary>
/// How files tell velocity from noise that are alike in every name and shape: a weight whose values spread further where the network
/// was trained for velocity.
/// </summary>
/// <param name="Weight">In the UNet.</param>
/// <param name="Deviation">Standard deviation of its values, above which the network predicts velocity.</param>
public sealed record VelocitySign(string Weight, float Deviation);
