using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SdStudio.Diffusion.Prompts;

/// <summary>
/// LoRAs that are named in a prompt, as A1111 writes them: <c>&lt;lora:name&gt;</c>, <c>&lt;lora:name:0.8&gt;</c>, with a strength of its own for the
/// text encoder <c>&lt;lora:name:te:unet&gt;</c>, or by name, <c>&lt;lora:name:unet=0.5:te=1&gt;</c>. What does not parse is text.
/// </summary>
public static partial class PromptLoras
{
    /// <returns>The prompt that the text encoder reads, and the LoRAs in the order of the text; of one that is named twice the last counts.</returns>
    public static (string Text, ImmutableArray<LoraSelection> Loras) Take(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        List<LoraSelection> loras = [];
        string text = Tag().Replace(prompt, tag =>
        {
            if (Parse(tag.Groups["arguments"].Value) is not { } lora)
            {
                return tag.Value;
            }

            loras.RemoveAll(other => other.Name == lora.Name);
            loras.Add(lora);
            return "";
        });
        return (text, [.. loras]);
    }

    /// <summary>A recipe that says in its list of LoRAs what its prompt said. A LoRA that stands in both is one, with the strength of the prompt.</summary>
    public static ImageRecipe Apply(ImageRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        (string text, ImmutableArray<LoraSelection> named) = Take(recipe.Prompt);
        return named.IsEmpty
            ? recipe
            : recipe with { Prompt = text.Trim(), Loras = [.. recipe.Loras.Where(lora => named.All(other => other.Name != lora.Name)), .. named] };
    }

    /// <summary>The tag that <see cref="Take"/> reads as this LoRA, in the way A1111 writes it.</summary>
    public static string Write(LoraSelection lora)
    {
        ArgumentNullException.ThrowIfNull(lora);
        return lora.TextEncoderWeight is { } text
            ? string.Create(CultureInfo.InvariantCulture, $"<lora:{lora.Name}:{text}:{lora.Weight}>")
            : string.Create(CultureInfo.InvariantCulture, $"<lora:{lora.Name}:{lora.Weight}>");
    }

    /// <summary>Gives a LoRA that the prompt names another strength: the tag that counts is written anew, earlier ones go.</summary>
    /// <returns>The same text where nothing names it.</returns>
    public static string Change(string prompt, LoraSelection lora)
    {
        ArgumentNullException.ThrowIfNull(lora);
        return Rewrite(prompt, lora.Name, Write(lora));
    }

    /// <summary>Takes out the tags that name a LoRA, each with a blank where two would stay.</summary>
    public static string Remove(string prompt, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Rewrite(prompt, name, null);
    }

    private static string Rewrite(string prompt, string name, string? last)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        List<Match> tags = [.. Tag().Matches(prompt).Where(tag => Parse(tag.Groups["arguments"].Value)?.Name == name)];
        if (tags.Count == 0)
        {
            return prompt;
        }

        StringBuilder text = new();
        int end = 0;
        foreach (Match tag in tags)
        {
            text.Append(prompt, end, tag.Index - end);
            end = tag.Index + tag.Length;
            if (last is not null && tag == tags[^1])
            {
                text.Append(last);
            }
            else if (end < prompt.Length && prompt[end] == ' ' && (text.Length == 0 || char.IsWhiteSpace(text[^1])))
            {
                end++;
            }
        }

        text.Append(prompt, end, prompt.Length - end);
        return last is null && end == prompt.Length ? text.ToString().TrimEnd(' ') : text.ToString();
    }

    private static LoraSelection? Parse(string arguments)
    {
        string[] parts = arguments.Split(':');
        string name = parts[0].Trim();
        string[] strengths = [.. parts.Skip(1).Where(part => !part.Contains('='))];
        Dictionary<string, string> named = parts.Skip(1).Where(part => part.Contains('=')).Select(part => part.Split('=', 2))
            .GroupBy(pair => pair[0].Trim()).ToDictionary(group => group.Key, group => group.Last()[1]);

        float text = 1, unet = 1;
        bool isSound = name.Length > 0 && strengths.Length <= 2
            && (strengths.Length < 1 || Number(strengths[0], out text))
            && (!named.TryGetValue("te", out string? given) || Number(given, out text));
        unet = text;
        isSound = isSound
            && (strengths.Length < 2 || Number(strengths[1], out unet))
            && (!named.TryGetValue("unet", out string? other) || Number(other, out unet));
        return isSound ? new LoraSelection(name, unet) { TextEncoderWeight = text == unet ? null : text } : null;
    }

    private static bool Number(string text, out float number) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && float.IsFinite(number);

    [GeneratedRegex("<(?:lora|lyco):(?<arguments>[^<>]+)>", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();
}
