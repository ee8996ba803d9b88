using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Settings that do not fit the weights would only fail deep inside a network, in words that no one understands.</summary>
internal static class SettingsCheck
{
    public static void ThrowIfImpossible(Checkpoint checkpoint)
    {
        if (checkpoint.UNetSettings.HeadsPerLevel.Length != checkpoint.UNetLayout.Levels)
        {
            throw Impossible(checkpoint, $"its UNet has {checkpoint.UNetLayout.Levels} levels, but heads are given for {checkpoint.UNetSettings.HeadsPerLevel.Length}");
        }

        foreach (Component component in Checkpoint.NetworksOf(checkpoint.Family.Defaults!).Where(checkpoint.Has))
        {
            checkpoint.Weights(component).ThrowIfIntegers(checkpoint.ExpectedWeights(component));
        }

        if (checkpoint.Has(Component.UNet))
        {
            for (int level = 0; level < checkpoint.UNetLayout.Levels; level++)
            {
                int block = 1 + level * (checkpoint.UNetLayout.LayersPerBlock + 1);
                Divides(checkpoint, checkpoint.UNet, $"input_blocks.{block}.0.out_layers.0.weight", checkpoint.UNetSettings.NormGroups, "normalisation groups");
                Divides(checkpoint, checkpoint.UNet, $"input_blocks.{block}.1.norm.weight", checkpoint.UNetSettings.HeadsPerLevel[level], "attention heads");
            }
        }

        for (int i = 0; i < checkpoint.TextEncoderSettings.Length; i++)
        {
            if (checkpoint.Has(Checkpoint.TextComponents[i]))
            {
                Divides(checkpoint, checkpoint.Weights(Checkpoint.TextComponents[i]), "text_model.final_layer_norm.weight", checkpoint.TextEncoderSettings[i].Heads, "attention heads");
            }
        }

        if (checkpoint.Has(Component.Vae))
        {
            Divides(checkpoint, checkpoint.Vae, "decoder.norm_out.weight", checkpoint.VaeSettings.NormGroups, "normalisation groups");
        }
    }

    private static void Divides(Checkpoint checkpoint, IWeightSource weights, string name, int divisor, string what)
    {
        Shape shape = weights.Contains(name) ? weights.ShapeOf(name) : default;
        if (shape.Rank == 1 && shape[0] % divisor != 0)
        {
            throw Impossible(checkpoint, $"{divisor} {what} do not divide the {shape[0]} channels of {Wording.Quote(name)}");
        }
    }

    private static CheckpointException Impossible(Checkpoint checkpoint, string what) =>
        new(checkpoint.Path, CheckpointProblem.InvalidConfiguration, $"The model's settings do not fit its weights: {what}.");
}
