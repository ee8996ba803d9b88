using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Loras;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Loras;

/// <summary>Merged weights against the reference's, for every combination, family, form and naming that the golden data has.</summary>
[Trait("Category", "Parity")]
public sealed class LoraParityTests
{
    /// <summary>Stated by the golden data's README for merged weights.</summary>
    private const float Tolerance = 1e-5f;

    public static TheoryData<string, string, string> Combinations => GoldenCombination.Rows("merged/");

    [SkippableTheory]
    [MemberData(nameof(Combinations))]
    public void Merge_GoldenCombination_GivesTheReferencesWeights(string model, string combination, string naming)
    {
        GoldenTensors golden = GoldenFolder.Tensors(GoldenCombination.TensorsOf(model));
        string folder = $"models/{model}";
        GoldenFolder.Require(folder);
        using FolderWeights unet = FolderWeights.UNet(folder);
        string[] encoders = [.. new[] { "text_encoder", "text_encoder_2" }.Where(part => GoldenFolder.Has($"{folder}/{part}"))];
        FolderWeights[] texts = [.. encoders.Select(part => FolderWeights.TextEncoder(folder, part))];
        List<(LoraFile File, float Weight)> loras =
            [.. GoldenCombination.Files(model, combination, naming).Select(lora => (LoraFile.Open(GoldenFolder.Require(lora.File)), lora.Weight))];
        List<(MatchedLora Lora, float Weight)> matched = [.. loras.Select(lora => (lora.File.Match(unet, [.. texts]), lora.Weight))];
        KeyMap map = FolderWeights.UNetNames(folder);

        string prefix = $"{combination}/merged/";
        string[] names = [.. golden.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))];
        Assert.NotEmpty(names);
        foreach (string name in names)
        {
            string[] place = name[prefix.Length..].Split('.', 2);
            int encoder = Array.IndexOf(encoders, place[0]);
            (IWeightSource source, string weight) = encoder < 0 ? (unet, map.ToOriginal(place[1])!) : (texts[encoder], place[1]);
            float[] values = source.Read(weight);

            LoraMerge.Changes(matched.Select(lora => (encoder < 0 ? lora.Lora.UNet : lora.Lora.TextEncoders[encoder], lora.Weight)))[weight].AddTo(values);

            Close.Within(golden.Floats(name), values, Tolerance, name);
        }

        loras.ForEach(lora => lora.File.Dispose());
        Array.ForEach(texts, text => text.Dispose());
    }
}
