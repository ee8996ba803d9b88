using System.Text.RegularExpressions;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>
/// The names of the averaged weights (EMA) that training leaves in some files: those of the UNet with every dot taken out,
/// <c>model_ema.diffusion_modelinput_blocks100in_layers0weight</c>. A UNet's words are few, so the dots can be found again.
/// </summary>
internal static partial class AveragedNames
{
    public const string Prefix = "model_ema.diffusion_model";

    /// <summary>The first layer, by which the copy is recognised.</summary>
    public const string Mark = Prefix + "input_blocks00weight";

    /// <param name="name">After <see cref="Prefix"/>.</param>
    /// <returns>Null for what is no weight of a UNet.</returns>
    public static string? ToOriginal(string name)
    {
        MatchCollection words = Words().Matches(name);
        return words.Count > 0 && words[^1].Index + words[^1].Length == name.Length
            ? string.Join('.', words.SelectMany(word => word.Groups.Values.Skip(1)).Where(part => part.Success).Select(part => part.Value))
            : null;
    }

    /// <summary>One word after the other from the beginning, with its numbers. The second number of a block has one digit, what stands before it is the first.</summary>
    [GeneratedRegex(
        @"\G(?:(input_blocks|output_blocks)(\d+)(\d)|(label_emb)(\d)(\d)|(middle_block|transformer_blocks|time_embed|in_layers|out_layers|emb_layers|to_out|net|out)(\d+)"
        + "|(skip_connection|proj_in|proj_out|attn[12]|to_[qkv]|norm[123]?|ff|proj|op|conv|weight|bias))",
        RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
