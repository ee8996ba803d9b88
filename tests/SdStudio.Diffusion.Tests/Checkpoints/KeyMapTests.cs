using SdStudio.Diffusion.Checkpoints;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Checkpoints;

public sealed class KeyMapTests
{
    private static readonly UNetLayout s_fullUNet = new(2, [1, 1, 1, 0], 1, HasLabelEmbedding: false);
    private static readonly VaeLayout s_fullVae = new(4, 2, HasAttention: true);

    [Fact]
    public void Plan_FullSize_HasTheParametersOfStableDiffusion()
    {
        List<PlannedTensor> unet = StableDiffusion1Plan.FullSize.UNet();

        Assert.Equal(686, unet.Count);
        Assert.Equal(859_520_964, unet.Sum(tensor => tensor.ElementCount));
        Assert.Equal(83_653_863, StableDiffusion1Plan.FullSize.Vae().Sum(tensor => tensor.ElementCount));
        Assert.Equal(123_060_480, StableDiffusion1Plan.FullSize.TextEncoder().Sum(tensor => tensor.ElementCount));
    }

    [Fact]
    public void Plan_FullSizeXl_IsTheUNetOfStableDiffusionXl()
    {
        List<PlannedTensor> unet = StableDiffusion1Plan.FullSizeXl.UNet();

        Assert.Equal(1680, unet.Count);
        Assert.Equal(2_567_463_684, unet.Sum(tensor => tensor.ElementCount));
        AssertExpects(unet, KeyMap.ForUNet(new UNetLayout(2, [0, 2, 10], 10, HasLabelEmbedding: true)));
    }

    [Fact]
    public void ExpectedWeights_FullSize_AreThoseOfTheArchitecture()
    {
        StableDiffusion1Plan plan = StableDiffusion1Plan.FullSize;

        AssertExpects(plan.UNet(), KeyMap.ForUNet(s_fullUNet));
        AssertExpects(plan.Vae(), KeyMap.ForVae(s_fullVae));
        AssertExpects(plan.TextEncoder(), KeyMap.ForTextEncoder(plan.TextLayers));
    }

    [Fact]
    public void Layout_FromNames_IsThatOfTheArchitecture()
    {
        HashSet<string> unet = [.. StableDiffusion1Plan.FullSize.UNet().Select(tensor => tensor.Name)];
        HashSet<string> vae = [.. StableDiffusion1Plan.FullSize.Vae().Select(tensor => tensor.Name)];

        UNetLayout layout = UNetLayout.FromNames(unet.Contains);

        Assert.Equal<int>(s_fullUNet.TransformerDepths, layout.TransformerDepths);
        Assert.Equal(s_fullUNet, layout with { TransformerDepths = s_fullUNet.TransformerDepths });
        Assert.Equal(s_fullVae, VaeLayout.FromNames(vae.Contains));
        Assert.Equal(8, s_fullVae.Factor);
    }

    [Theory]
    [InlineData("down_blocks.1.resnets.0.conv_shortcut.weight", "input_blocks.4.0.skip_connection.weight")]
    [InlineData("down_blocks.2.attentions.1.transformer_blocks.0.attn2.to_k.weight", "input_blocks.8.1.transformer_blocks.0.attn2.to_k.weight")]
    [InlineData("down_blocks.0.downsamplers.0.conv.bias", "input_blocks.3.0.op.bias")]
    [InlineData("mid_block.resnets.1.time_emb_proj.weight", "middle_block.2.emb_layers.1.weight")]
    [InlineData("up_blocks.0.upsamplers.0.conv.weight", "output_blocks.2.1.conv.weight")]
    [InlineData("up_blocks.1.upsamplers.0.conv.weight", "output_blocks.5.2.conv.weight")]
    [InlineData("up_blocks.3.resnets.2.norm2.bias", "output_blocks.11.0.out_layers.0.bias")]
    [InlineData("time_embedding.linear_2.weight", "time_embed.2.weight")]
    [InlineData("conv_norm_out.weight", "out.0.weight")]
    public void ToOriginal_UNet_FollowsTheTable(string diffusers, string original) =>
        Assert.Equal(original, KeyMap.ForUNet(s_fullUNet).ToOriginal(diffusers));

    [Theory]
    [InlineData("decoder.up_blocks.0.resnets.2.conv1.weight", "decoder.up.3.block.2.conv1.weight")]
    [InlineData("decoder.up_blocks.3.resnets.0.conv_shortcut.bias", "decoder.up.0.block.0.nin_shortcut.bias")]
    [InlineData("decoder.up_blocks.2.upsamplers.0.conv.weight", "decoder.up.1.upsample.conv.weight")]
    [InlineData("encoder.mid_block.attentions.0.to_out.0.weight", "encoder.mid.attn_1.proj_out.weight")]
    [InlineData("encoder.mid_block.attentions.0.proj_attn.weight", "encoder.mid.attn_1.proj_out.weight")]
    [InlineData("decoder.mid_block.attentions.0.query.bias", "decoder.mid.attn_1.q.bias")]
    [InlineData("encoder.down_blocks.0.downsamplers.0.conv.weight", "encoder.down.0.downsample.conv.weight")]
    public void ToOriginal_Vae_FollowsTheTable(string diffusers, string original) =>
        Assert.Equal(original, KeyMap.ForVae(s_fullVae).ToOriginal(diffusers));

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("down_blocks.9.resnets.0.conv1.weight")]
    public void ToOriginal_UnknownName_IsNull(string name) => Assert.Null(KeyMap.ForUNet(s_fullUNet).ToOriginal(name));

    private static void AssertExpects(List<PlannedTensor> plan, KeyMap map)
    {
        HashSet<string> optional = [.. map.Modules.Where(module => module.IsOptional).Select(module => module.Original)];
        IEnumerable<string> needed = plan.Select(tensor => tensor.Name).Where(name => !optional.Contains(name[..name.LastIndexOf('.')]));

        Assert.Equal(needed.Order(StringComparer.Ordinal), map.ExpectedWeights.Order(StringComparer.Ordinal));
    }
}
