using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Checkpoints;

/// <summary>The many ways in which people share one network: every layout has to give the same weights as the usual one.</summary>
public sealed class SingleFileLayoutTests : IDisposable
{
    private const string UNet = StableDiffusion1Plan.UNetPrefix, Vae = StableDiffusion1Plan.VaePrefix, Text = StableDiffusion1Plan.TextPrefix;

    private static readonly StableDiffusion1Plan s_plan = StableDiffusion1Plan.TinySingleFile;

    private readonly string _root = Directory.CreateTempSubdirectory("sdstudio-").FullName;
    private readonly string _usual;

    public SingleFileLayoutTests()
    {
        _usual = Write("usual/model.safetensors", name => name);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("unet.", "vae.", "text_encoder.")]
    [InlineData(UNet, Vae, Text)]
    public void Open_NamesOfDiffusers_IsTheSameNetwork(string unet, string vae, string text)
    {
        string file = Write("model.safetensors", name => InDiffusers(name, unet, vae, text));

        AssertSame(file, Component.UNet, Component.Vae, Component.TextEncoder);
    }

    [Theory]
    [InlineData("")]
    [InlineData("diffusion_model.")]
    public void Open_UNetAlone_IsOpenedWithoutTheRest(string prefix)
    {
        string file = Write("model.safetensors", name => name.StartsWith(UNet, StringComparison.Ordinal) ? prefix + name[UNet.Length..] : null);

        AssertSame(file, Component.UNet);
        using Checkpoint checkpoint = Checkpoint.Open(file);
        Assert.False(checkpoint.Has(Component.Vae) || checkpoint.Has(Component.TextEncoder));
        Assert.Equal(8, checkpoint.SizeStep);
        Assert.Contains("models/vae", Assert.Throws<CheckpointException>(() => checkpoint.Vae).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AveragedCopyAlone_IsUsed()
    {
        string file = Write("model.safetensors", name => name.StartsWith(UNet, StringComparison.Ordinal) ? Averaged(name) : name);

        AssertSame(file, Component.UNet, Component.Vae, Component.TextEncoder);
    }

    [Fact]
    public void Open_AveragedCopyBesideThePlainWeights_IsLeftAlone()
    {
        string file = Path.Combine(_root, "both.safetensors");
        List<PlannedTensor> plain = s_plan.SingleFile();
        SafetensorsWriter.Write(
            file, [.. plain, .. plain.Where(tensor => tensor.Name.StartsWith(UNet, StringComparison.Ordinal)).Select(tensor => tensor with { Name = Averaged(tensor.Name) })], (tensor, block) => Fill(tensor.Name, 1, block));

        AssertSame(file, Component.UNet);
    }

    [Theory]
    [InlineData("input_blocks100in_layers0weight", "input_blocks.10.0.in_layers.0.weight")]
    [InlineData("output_blocks51transformer_blocks10attn2to_out0bias", "output_blocks.5.1.transformer_blocks.10.attn2.to_out.0.bias")]
    [InlineData("middle_block1transformer_blocks0ffnet0projweight", "middle_block.1.transformer_blocks.0.ff.net.0.proj.weight")]
    [InlineData("output_blocks22convweight", "output_blocks.2.2.conv.weight")]
    [InlineData("input_blocks30opbias", "input_blocks.3.0.op.bias")]
    [InlineData("input_blocks11normweight", "input_blocks.1.1.norm.weight")]
    [InlineData("label_emb02weight", "label_emb.0.2.weight")]
    [InlineData("time_embed2bias", "time_embed.2.bias")]
    [InlineData("out0weight", "out.0.weight")]
    [InlineData("decay", null)]
    [InlineData("out0weightage", null)]
    [InlineData("", null)]
    public void ToOriginal_AveragedName_HasItsDotsBack(string flat, string? name) => Assert.Equal(name, AveragedNames.ToOriginal(flat));

    [Theory]
    [InlineData("model.vae.safetensors", false)]
    [InlineData("model.vae.pt", false)]
    [InlineData("vae/any.safetensors", true)]
    [InlineData("../VAE/deeper/any.safetensors", false)]
    public void Open_FileWithoutVae_TakesTheOneBesideIt(string place, bool isDiffusers)
    {
        string file = Write("checkpoints/model.safetensors", name => name.StartsWith(Vae, StringComparison.Ordinal) ? null : name);
        string vae = Write("checkpoints/" + place, name => !name.StartsWith(Vae, StringComparison.Ordinal) ? null : isDiffusers ? InDiffusers(name, "", "", "") : name[Vae.Length..]);

        AssertSame(file, Component.UNet, Component.Vae, Component.TextEncoder);
        using Checkpoint checkpoint = Checkpoint.Open(file);
        Assert.Equal([Path.GetFullPath(vae)], checkpoint.Companions.Select(Path.GetFullPath));
        Assert.Equal(file, checkpoint.Path);
    }

    [Fact]
    public void Open_FileWithoutVae_PassesOverWhatDoesNotFit()
    {
        string file = Write("checkpoints/model.safetensors", name => name.StartsWith(Vae, StringComparison.Ordinal) ? null : name);
        Write("vae/a-sdxl.safetensors", name => name.StartsWith(Vae, StringComparison.Ordinal) ? name[Vae.Length..] : null);
        Write("vae/b.safetensors", name => name.StartsWith(Text, StringComparison.Ordinal) ? name : null);
        File.WriteAllBytes(Path.Combine(_root, "vae", "c.safetensors"), [1, 2, 3]);
        using (Checkpoint without = Checkpoint.Open(file))
        {
            Assert.False(without.Has(Component.Vae));
        }

        string fits = Write("vae/d.safetensors", name => name.StartsWith(Vae, StringComparison.Ordinal) ? name[Vae.Length..] : null);

        using Checkpoint checkpoint = Checkpoint.Open(file);
        Assert.Equal([fits], checkpoint.Companions);
    }

    [Theory]
    [InlineData("text_encoders/clip_l.safetensors", "text_model.")]
    [InlineData("clip/any.safetensors", "cond_stage_model.transformer.text_model.")]
    [InlineData("checkpoints/model.text_encoder.safetensors", "transformer.text_model.")]
    public void Open_FileWithoutTextEncoder_TakesTheOneBesideIt(string place, string prefix)
    {
        string file = Write("checkpoints/model.safetensors", name => name.StartsWith(Text, StringComparison.Ordinal) ? null : name);
        Write(place, name => name.StartsWith(Text, StringComparison.Ordinal) ? prefix + name[(Text.Length + "text_model.".Length)..] : null);

        AssertSame(file, Component.UNet, Component.Vae, Component.TextEncoder);
    }

    [Fact]
    public void Open_ChosenVae_ReplacesTheOwn()
    {
        string vae = Write("elsewhere.safetensors", name => name.StartsWith(Vae, StringComparison.Ordinal) ? name[Vae.Length..] : null, seed: 2);

        using Checkpoint own = Checkpoint.Open(_usual), chosen = Checkpoint.Open(_usual, parts: new CheckpointParts { Vae = vae });

        Assert.NotEqual(own.Vae.Read("decoder.conv_in.weight"), chosen.Vae.Read("decoder.conv_in.weight"));
        Assert.Equal(own.UNet.Read("out.2.weight"), chosen.UNet.Read("out.2.weight"));
        Assert.Equal([vae], chosen.Companions);
        Assert.Empty(own.Companions);
    }

    [Fact]
    public void Open_ChosenFileOfAnotherKind_IsRefused()
    {
        string text = Write("text.safetensors", name => name.StartsWith(Text, StringComparison.Ordinal) ? name : null);

        CheckpointException e = Assert.Throws<CheckpointException>(() => Checkpoint.Open(_usual, parts: new CheckpointParts { Vae = text }));

        Assert.Equal(CheckpointProblem.MissingComponent, e.Problem);
        Assert.Contains("\"text.safetensors\" holds no VAE", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("any", "", PredictionType.Epsilon, false)]
    [InlineData("any-vpred", "", PredictionType.Velocity, true)]
    [InlineData("any", "v_pred", PredictionType.Velocity, false)]
    [InlineData("any", "v_pred ztsnr", PredictionType.Velocity, true)]
    [InlineData("any-vpred", "v_pred", PredictionType.Velocity, false)]
    public void NoiseProcess_OfStableDiffusionXl_ComesFromMarksOrTheName(string name, string marks, PredictionType prediction, bool endsInPureNoise)
    {
        string path = Path.Combine(_root, name + ".safetensors");
        SafetensorsWriter.Write(path, [.. marks.Split(' ').Append("other").Where(mark => mark.Length > 0).Select(mark => new PlannedTensor(mark, ElementType.Float16, 0))], (_, _) => { });
        using ITensorFile file = TensorFile.Open(path);
        using Checkpoint any = Checkpoint.Open(_usual);

        DiffusionSettings process = NoiseProcess.Of(file, ModelFamilies.StableDiffusionXl.Defaults!, any.UNet);

        Assert.Equal((prediction, endsInPureNoise), (process.Prediction, process.EndsInPureNoise));
    }

    [Fact]
    public void NoiseProcess_OfMetadataThatSaysVelocity_EndsInPureNoiseForStableDiffusionXlAlone()
    {
        string path = Path.Combine(_root, "any.safetensors");
        SafetensorsWriter.Write(path, [new PlannedTensor("other", ElementType.Float16, 0)], (_, _) => { }, new Dictionary<string, string> { ["modelspec.prediction_type"] = "v" });
        using ITensorFile file = TensorFile.Open(path);
        using Checkpoint any = Checkpoint.Open(_usual);

        Assert.True(NoiseProcess.Of(file, ModelFamilies.StableDiffusionXl.Defaults!, any.UNet).EndsInPureNoise);
        Assert.False(NoiseProcess.Of(file, ModelFamilies.StableDiffusion1.Defaults!, any.UNet).EndsInPureNoise);
    }

    private void AssertSame(string file, params Component[] components)
    {
        using Checkpoint a = Checkpoint.Open(_usual), b = Checkpoint.Open(file);
        Assert.Equal("sd1", b.Family.Key);
        foreach (Component component in components)
        {
            Assert.Equal(a.Weights(component).Names.Order(StringComparer.Ordinal), b.Weights(component).Names.Order(StringComparer.Ordinal));
            Assert.All(a.Weights(component).Names, name => Assert.Equal(a.Weights(component).Read(name), b.Weights(component).Read(name)));
            Assert.Empty(b.Components.Single(summary => summary.Component == component).MissingWeights);
        }
    }

    /// <summary>Values depend on a tensor's original name alone, so that all files of one seed hold the same network.</summary>
    private string Write(string place, Func<string, string?> rename, int seed = 1)
    {
        string path = Path.GetFullPath(Path.Combine(_root, place));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Dictionary<string, string> originals = s_plan.SingleFile().Where(tensor => rename(tensor.Name) is not null).ToDictionary(tensor => rename(tensor.Name)!, tensor => tensor.Name);
        SafetensorsWriter.Write(
            path,
            [.. s_plan.SingleFile().Where(tensor => rename(tensor.Name) is not null).Select(tensor => tensor with { Name = rename(tensor.Name)! })],
            (tensor, block) => Fill(originals[tensor.Name], seed, block));
        return path;
    }

    /// <summary>A linear congruence, begun anew for each tensor; every value is exact in half precision.</summary>
    private static void Fill(string name, int seed, Span<float> block)
    {
        uint state = (uint)(seed * 7919 + name.Sum(c => c) * 31 + name.Length);
        for (int i = 0; i < block.Length; i++)
        {
            state = state * 1664525 + 1013904223;
            block[i] = ((state >> 24) - 128f) / 256;
        }
    }

    private static string Averaged(string name) => "model_ema.diffusion_model" + name[UNet.Length..].Replace(".", "", StringComparison.Ordinal);

    private static string InDiffusers(string name, string unet, string vae, string text) =>
        name.StartsWith(UNet, StringComparison.Ordinal) ? unet + Renamed(s_unet, name[UNet.Length..])
        : name.StartsWith(Vae, StringComparison.Ordinal) ? vae + Renamed(s_vae, name[Vae.Length..])
        : text + name[Text.Length..];

    private static readonly Dictionary<string, string> s_unet = Names(KeyMap.ForUNet(new UNetLayout(s_plan.LayersPerBlock, [1, 0], 1, HasLabelEmbedding: false)));
    private static readonly Dictionary<string, string> s_vae = Names(KeyMap.ForVae(new VaeLayout(s_plan.VaeChannels.Length, s_plan.VaeLayersPerBlock, HasAttention: true)));

    private static Dictionary<string, string> Names(KeyMap map) => map.Modules.ToDictionary(module => module.Original, module => module.Diffusers);

    private static string Renamed(Dictionary<string, string> names, string name)
    {
        int dot = name.LastIndexOf('.');
        return names[name[..dot]] + name[dot..];
    }
}
