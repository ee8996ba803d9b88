using System.Collections.Immutable;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>What the configurations of a diffusers folder say, checked; a field that this program does not run is refused, never ignored.</summary>
internal static class FolderSettings
{
    private const int MostChannels = 65536;

    public static ModelTraits Traits(ModelConfiguration unet) => new(
        [],
        unet.Integer("in_channels", 4, 1, 64),
        unet.Integer("cross_attention_dim", 1280, 1, MostChannels),
        unet.IsSet("use_linear_projection"),
        unet.IsSet("addition_embed_type") || unet.IsSet("class_embed_type") || unet.IsSet("num_class_embeds"));

    public static UNetLayout UNetLayout(ModelConfiguration unet)
    {
        ImmutableArray<int> channels = unet.Integers("block_out_channels", 1, MostChannels);
        ImmutableArray<bool> down = [.. unet.Texts("down_block_types").Select(type => HasAttention(unet, "down_block_types", type, "DownBlock2D"))];
        ImmutableArray<bool> up = [.. unet.Texts("up_block_types").Select(type => HasAttention(unet, "up_block_types", type, "UpBlock2D"))];
        if (channels.Length is 0 or > 8 || down.Length != channels.Length || !down.SequenceEqual(up.Reverse()))
        {
            throw unet.Invalid(channels.Length is 0 or > 8 ? "block_out_channels" : "down_block_types");
        }

        unet.Require("mid_block_type", "UNetMidBlock2DCrossAttn");
        unet.Require("act_fn", "silu");
        unet.Require("time_embedding_type", "positional");
        unet.Require("resnet_time_scale_shift", "default");
        unet.RequireUnset("dual_cross_attention");
        unet.RequireUnset("only_cross_attention");
        unet.RequireUnset("center_input_sample");
        unet.RequireUnset("class_embed_type");
        unet.RequireUnset("num_class_embeds");
        unet.RequireUnset("encoder_hid_dim");
        unet.RequireUnset("time_cond_proj_dim");
        unet.RequireUnset("reverse_transformer_layers_per_block");
        unet.Require("addition_embed_type", "text_time");

        ImmutableArray<int> depths = unet.Integers("transformer_layers_per_block", 1, 64) switch
        {
            [] => [.. down.Select(_ => 1)],
            [int one] => [.. down.Select(_ => one)],
            ImmutableArray<int> several => several.Length == down.Length ? several : throw unet.Invalid("transformer_layers_per_block"),
        };
        return new UNetLayout(
            unet.Integer("layers_per_block", 2, 1, 16), [.. depths.Zip(down, (depth, attends) => attends ? depth : 0)], depths[^1], unet.IsSet("addition_embed_type"));
    }

    public static UNetSettings UNet(ModelConfiguration unet, UNetLayout layout, FamilyDefaults defaults)
    {
        // The field called attention_head_dim has always held the number of heads.
        string key = unet.IsSet("num_attention_heads") ? "num_attention_heads" : "attention_head_dim";
        ImmutableArray<int> heads = unet.Integers(key, 1, 1024);
        return new UNetSettings(
            heads.Length switch
            {
                0 => [.. unet.Integers("block_out_channels", 1, MostChannels).Select(channels => defaults.UNetHeads.Of(channels))],
                1 => [.. Enumerable.Repeat(heads[0], layout.Levels)],
                _ => heads,
            },
            unet.Integer("norm_num_groups", defaults.NormGroups, 1, 1024));
    }

    public static VaeLayout VaeLayout(ModelConfiguration? vae)
    {
        if (vae is null)
        {
            return new VaeLayout(Levels: 4, LayersPerBlock: 2, HasAttention: true);
        }

        foreach ((string key, string only) in new[] { ("down_block_types", "DownEncoderBlock2D"), ("up_block_types", "UpDecoderBlock2D") })
        {
            if (vae.Texts(key).FirstOrDefault(type => type != only) is { } other)
            {
                throw vae.Unsupported(key, other);
            }
        }

        vae.Require("act_fn", "silu");
        vae.RequireUnset("shift_factor");
        int levels = vae.Integers("block_out_channels", 1, MostChannels).Length;
        return levels is 0 or > 8
            ? throw vae.Invalid("block_out_channels")
            : new VaeLayout(levels, vae.Integer("layers_per_block", 2, 1, 16), HasAttention: true);
    }

    public static VaeSettings Vae(ModelConfiguration? vae, FamilyDefaults defaults) => new(
        vae?.Integer("norm_num_groups", defaults.NormGroups, 1, 1024) ?? defaults.NormGroups,
        vae?.Real("scaling_factor", defaults.VaeScalingFactor, 1e-4f, 1e4f) ?? defaults.VaeScalingFactor);

    public static TextEncoderSettings TextEncoder(ModelConfiguration? text, TextEncoderDefaults defaults) => text is null
        ? defaults.Settings
        : defaults.Settings with
        {
            Heads = text.Integer("num_attention_heads", 12, 1, 1024),
            Activation = text.Text("hidden_act", "quick_gelu") switch
            {
                "quick_gelu" => TextActivation.QuickGelu,
                "gelu" => TextActivation.Gelu,
                string other => throw text.Unsupported("hidden_act", other),
            },
            LayerNormEpsilon = text.Real("layer_norm_eps", FamilyDefaults.LayerNormEpsilon, 0, 1),
        };

    public static DiffusionSettings Diffusion(ModelConfiguration? scheduler, FamilyDefaults defaults)
    {
        if (scheduler is null)
        {
            return defaults.Diffusion;
        }

        scheduler.Require("beta_schedule", "scaled_linear");
        scheduler.RequireUnset("trained_betas");
        return new DiffusionSettings(
            scheduler.Integer("num_train_timesteps", defaults.Diffusion.TrainingTimesteps, 2, 100_000),
            scheduler.Real("beta_start", defaults.Diffusion.BetaStart, 1e-8f, 0.5f),
            scheduler.Real("beta_end", defaults.Diffusion.BetaEnd, 1e-8f, 0.5f),
            scheduler.Text("prediction_type", "epsilon") switch
            {
                "epsilon" => PredictionType.Epsilon,
                "v_prediction" => PredictionType.Velocity,
                string other => throw scheduler.Unsupported("prediction_type", other),
            })
        {
            EndsInPureNoise = scheduler.IsSet("rescale_betas_zero_snr"),
        };
    }

    public static int NativeSize(ModelConfiguration unet, VaeLayout vae, FamilyDefaults defaults) =>
        unet.Integer("sample_size", defaults.NativeSize / vae.Factor, 1, 4096) * vae.Factor;

    private static bool HasAttention(ModelConfiguration unet, string key, string type, string plain) =>
        type == plain ? false : type == "CrossAttn" + plain ? true : throw unet.Unsupported(key, type);
}
