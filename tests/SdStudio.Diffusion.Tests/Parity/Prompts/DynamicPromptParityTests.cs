using System.Text.Json;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Prompts.Dynamic;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity.Prompts;

/// <summary>What a template can become: all of it, and nothing else. Every case is exact.</summary>
[Trait("Category", "Parity")]
public sealed class DynamicPromptParityTests
{
    private const string File = "prompt/dynamic_prompts.json";

    public static TheoryData<string, string> Templates => GoldenFolder.Cases(File);

    [SkippableTheory]
    [MemberData(nameof(Templates))]
    public void Expand_GoldenTemplate_BecomesWhatItMay(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label);
        string template = golden.GetProperty("template").GetString()!;
        WildcardTable wildcards = Wildcards(file);
        Skip.If(wildcards.IsInYaml(template), "Wildcards in YAML files are not read.");
        HashSet<string> expected = [.. golden.GetProperty("combinatorial_all").EnumerateArray().Select(text => text.GetString()!)];

        HashSet<string> all = EveryChoice.Of(template, wildcards);

        if (template.Contains("=!", StringComparison.Ordinal))
        {
            // The reference lists only the first value of a variable that is chosen once.
            Assert.Subset(all, expected);
        }
        else
        {
            Assert.Equal(expected.Order(), all.Order());
        }

        Assert.All(Enumerable.Range(0, 20), seed => Assert.Contains(PromptExpander.Expand(template, seed, wildcards), all));
    }

    private static WildcardTable Wildcards(string file)
    {
        Dictionary<string, string[]> lists = [];
        List<string> yaml = [];
        foreach (JsonProperty entry in GoldenFolder.Json(file).GetProperty("wildcard_files").EnumerateObject())
        {
            string text = entry.Value.GetString()!;
            if (entry.Name.EndsWith(".txt", StringComparison.Ordinal))
            {
                lists[entry.Name[..^4]] = [.. text.Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
            }
            else
            {
                yaml.Add(text);
            }
        }

        return new WildcardTable(lists, yaml);
    }

    private sealed class WildcardTable(Dictionary<string, string[]> lists, List<string> yaml) : IWildcards
    {
        public IEnumerable<string> Names => lists.Keys;

        public IReadOnlyList<string>? LinesOf(string name) => lists.GetValueOrDefault(name);

        public bool IsInYaml(string template) => TemplateParser.Parse(template).OfType<TemplatePart.Wildcard>()
            .Any(wildcard => !lists.Keys.Any(name => WildcardPattern.IsMatch(wildcard.Name, name)) && yaml.Any(text => text.Contains(wildcard.Name.Split('/')[0] + ":", StringComparison.Ordinal)));
    }

    /// <summary>Makes every choice, one after the other: depth first, the last one changes first.</summary>
    private sealed class EveryChoice : IDraw
    {
        private const int MostTexts = 10_000;

        private readonly List<(int Picked, int Count)> _path = [];
        private int _place;

        public static HashSet<string> Of(string template, IWildcards wildcards)
        {
            EveryChoice choices = new();
            HashSet<string> texts = [];
            int written = 0;
            do
            {
                choices._place = 0;
                texts.Add(new TemplateWriter(wildcards, choices).Write(template));
                Assert.True(++written < MostTexts, "The template has no end.");
            }
            while (choices.Next());
            return texts;
        }

        public int Pick(ReadOnlySpan<double> weights)
        {
            if (_place == _path.Count)
            {
                _path.Add((0, weights.Length));
            }

            return _path[_place++].Picked;
        }

        private bool Next()
        {
            while (_path.Count > 0)
            {
                (int picked, int count) = _path[^1];
                _path.RemoveAt(_path.Count - 1);
                if (picked + 1 < count)
                {
                    _path.Add((picked + 1, count));
                    return true;
                }
            }

            return false;
        }
    }
}
