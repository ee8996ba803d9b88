using System.Text.Json;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Metadata.Programs;

/// <summary>ComfyUI's prompt graph. Every walk along its links is bounded, so neither circles nor sheer size hold a reader up.</summary>
internal sealed class ComfyGraph
{
    private const int MostNodes = 5000;
    private const int LongestWalk = 64;
    private const int LongestText = 100_000;

    /// <summary>Inputs that hold words, in nodes whose kind is not known by name.</summary>
    private static readonly string[] s_words = ["text", "string", "value", "prompt", "positive", "populated_text", "text_g", "t5xxl", "clip_l", "text_l", "STRING"];

    /// <summary>Inputs that hold numbers, likewise.</summary>
    private static readonly string[] s_numbers = ["seed", "noise_seed", "value", "int", "Value", "number", "float", "a"];

    private readonly Dictionary<string, ComfyNode> _nodes = new(StringComparer.Ordinal);

    /// <summary>Looks for words that one graph may cost: a graph of many links could otherwise be walked in more ways than there is time for.</summary>
    private int _looksLeft = 20_000;

    private ComfyGraph()
    {
    }

    public IEnumerable<ComfyNode> Nodes => _nodes.Values;

    /// <returns>Null for what is no such graph.</returns>
    public static ComfyGraph? Parse(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var graph = new ComfyGraph();
        foreach (JsonProperty node in json.EnumerateObject().Take(MostNodes))
        {
            if (node.Value.ValueKind == JsonValueKind.Object && node.Value.Words("class_type") is { } type && node.Value.Part("inputs") is { ValueKind: JsonValueKind.Object } inputs)
            {
                graph._nodes.TryAdd(node.Name, new ComfyNode(node.Name, type, inputs));
            }
        }

        return graph._nodes.Count == 0 ? null : graph;
    }

    /// <summary>What a link leads to, over nodes that only pass things on; null for an input that is no link, or leads nowhere.</summary>
    public ComfyNode? Source(ComfyNode? node, string input)
    {
        for (int i = 0; i < LongestWalk && node is not null; i++)
        {
            if (node.Inputs.Part(input) is not { } link || !ComfyNode.IsLink(link) || !_nodes.TryGetValue(((JsonElement?)link[0]).Words() ?? "", out ComfyNode? source))
            {
                return null;
            }

            if (!IsPassage(source, out string through))
            {
                return source;
            }

            (node, input) = (source, through);
        }

        return null;
    }

    /// <summary>The first of these inputs that is a link that leads somewhere.</summary>
    public ComfyNode? Source(ComfyNode? node, params ReadOnlySpan<string> inputs)
    {
        foreach (string input in inputs)
        {
            if (Source(node, input) is { } source)
            {
                return source;
            }
        }

        return null;
    }

    /// <summary>All that lies before a node, nearest first, the node itself in front.</summary>
    public IReadOnlyList<ComfyNode> Before(ComfyNode node)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { node.Id };
        var found = new List<ComfyNode> { node };
        for (int i = 0; i < found.Count; i++)
        {
            foreach (string input in found[i].Links)
            {
                if (Source(found[i], input) is { } source && seen.Add(source.Id))
                {
                    found.Add(source);
                }
            }
        }

        return found;
    }

    /// <summary>Words of an input: written there, or linked from a node of words, also put together of several.</summary>
    public string? Text(ComfyNode? node, string input) => Text(node, input, LongestWalk);

    private string? Text(ComfyNode? node, string input, int left)
    {
        if (node?.Inputs.Part(input) is not { } value || left <= 0 || _looksLeft-- <= 0)
        {
            return null;
        }

        if (!ComfyNode.IsLink(value))
        {
            return ((JsonElement?)value).Words();
        }

        if (Source(node, input) is not { } source)
        {
            return null;
        }

        if (Joined(source, left - 1) is { } joined)
        {
            return joined;
        }

        foreach (string words in s_words)
        {
            if (source.Has(words) && Text(source, words, left - 1) is { } text)
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>A number of an input: written there, or linked from a node that holds one.</summary>
    public JsonElement? Number(ComfyNode? node, string input)
    {
        for (int i = 0; i < LongestWalk && node?.Inputs.Part(input) is { } value; i++)
        {
            if (!ComfyNode.IsLink(value))
            {
                return value;
            }

            node = Source(node, input);
            string? next = node is null ? null : node.Has(input) ? input : Array.Find(s_numbers, node.Has);
            if (next is null)
            {
                return null;
            }

            input = next;
        }

        return null;
    }

    /// <summary>Nodes that put texts together.</summary>
    private string? Joined(ComfyNode node, int left)
    {
        string[] parts = node.Has("string_a") ? ["string_a", "string_b"]
            : node.Has("text_a") ? ["text_a", "text_b", "text_c", "text_d"]
            : node.Has("text1") ? ["text1", "text2", "text3", "text4"]
            : node.Has("string1") ? ["string1", "string2", "string3"]
            : node.Has("prompt1") ? ["prompt1", "prompt2"]
            : [];
        if (parts.Length == 0)
        {
            return null;
        }

        // Two to the depth of them would be too many; the words of a prompt are put together of a few.
        string between = (node.Inputs.Words("delimiter") ?? node.Inputs.Words("separator") ?? "").Replace("\\n", "\n", StringComparison.Ordinal);
        string text = string.Join(between, parts.Select(part => Text(node, part, Math.Min(left / 4, 8))).Where(part => !string.IsNullOrEmpty(part)));
        return text.Length > LongestText ? text[..LongestText] : text;
    }

    /// <summary>Reroutes, switches of one side, and nodes that were bypassed: they have one link and nothing else to say.</summary>
    private static bool IsPassage(ComfyNode node, out string input)
    {
        input = "";
        if (!node.Type.Contains("Reroute", StringComparison.OrdinalIgnoreCase) && !node.Is("ShowText|pysssss", "Display Any (rgthree)", "PreviewAny", "easy showAnything", "Anything Everywhere"))
        {
            return false;
        }

        // Its name may be empty.
        string? only = node.Links.FirstOrDefault();
        input = only ?? "";
        return only is not null;
    }
}
