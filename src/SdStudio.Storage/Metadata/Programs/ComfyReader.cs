using System.Globalization;
using System.Text.Json;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Sampling;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Metadata.Programs;

/// <summary>
/// ComfyUI's prompt graph: from the node that saved the picture back to the samplers, and from there to words, models and sizes. Unknown kinds of nodes are
/// understood by the names of their inputs, as far as these are the usual ones.
/// </summary>
internal sealed class ComfyReader
{
    private const int MostPasses = 8;
    private const int LongestChain = 128;

    private readonly ComfyGraph _graph;
    private readonly RecipeDraft _draft = new("ComfyUI", CompatibilityProfile.ComfyUi) { Noise = ProgramCatalog.Of(CompatibilityProfile.ComfyUi).Draw(NoiseSettings.Default) };

    private ComfyReader(ComfyGraph graph)
    {
        _graph = graph;
    }

    /// <param name="text">JSON of the graph.</param>
    /// <returns>Null where there is no graph, or nothing in it samples.</returns>
    public static ReadRecipe? Read(string text, (int Width, int Height) pixels)
    {
        if (ForeignJson.Parse(text) is not { } json || ComfyGraph.Parse(json) is not { } graph)
        {
            return null;
        }

        var reader = new ComfyReader(graph);
        return reader.TryRead() ? reader._draft.Build(text, pixels) : null;
    }

    private bool TryRead()
    {
        IReadOnlyList<ComfyNode> before = BeforeOutput();
        ComfyNode? last = before.FirstOrDefault(IsSampler);
        if (last is null)
        {
            return false;
        }

        List<ComfyNode> passes = Passes(last);
        ComfyNode first = passes[0];
        TakeSampling(first);
        TakeConditioning(first);
        TakeModels(_graph.Source(Guider(first) ?? first, "model", "base_model"));
        TakeLatent(first);
        if (before.FirstOrDefault(node => node.Has("vae") && node.Has("samples") && !node.Has("pixels")) is { } decode && _graph.Source(decode, "vae") is { } vae)
        {
            _draft.TakeVae(vae.Inputs.Words("vae_name"));
        }

        TakeLaterPasses(passes);
        foreach (ComfyNode node in before)
        {
            Mention(node);
        }

        _draft.TakeLoras();
        return true;
    }

    /// <summary>What the picture was made of: all before a node that saves; where several save, before the one with most behind it.</summary>
    private IReadOnlyList<ComfyNode> BeforeOutput()
    {
        ComfyNode[] outputs = [.. _graph.Nodes.Where(node => node.Links.Any() && (node.Has("filename_prefix") || node.Type.Contains("Save", StringComparison.OrdinalIgnoreCase) || node.Type.Contains("PreviewImage", StringComparison.Ordinal))).Take(32)];
        IReadOnlyList<ComfyNode>[] found = [.. outputs.OrderByDescending(node => node.Type.StartsWith("SaveImage", StringComparison.Ordinal)).Select(_graph.Before).Where(nodes => nodes.Any(IsSampler))];
        return found.Length > 0 ? found[0] : [.. _graph.Nodes];
    }

    private static bool IsSampler(ComfyNode node) =>
        (node.Has("seed") || node.Has("noise_seed") || node.Has("noise")) && (node.Has("steps") || node.Has("sigmas")) && (node.Has("sampler_name") || node.Has("sampler"));

    /// <summary>The sampler whose latent comes from nowhere, and those that went on with it.</summary>
    private List<ComfyNode> Passes(ComfyNode last)
    {
        List<ComfyNode> passes = [last];
        while (passes.Count < MostPasses && _graph.Source(passes[0], "latent_image", "latent", "samples") is { } latent)
        {
            ComfyNode? earlier = _graph.Before(latent).FirstOrDefault(node => IsSampler(node) && !passes.Contains(node));
            if (earlier is null)
            {
                break;
            }

            passes.Insert(0, earlier);
        }

        return passes;
    }

    private ComfyNode? Guider(ComfyNode sampler) => _graph.Source(sampler, "guider");

    private void TakeSampling(ComfyNode node)
    {
        ComfyNode? sigmas = _graph.Source(node, "sigmas"), sampler = _graph.Source(node, "sampler"), noise = _graph.Source(node, "noise");
        _draft.Seed = (_graph.Number(node, "seed") ?? _graph.Number(node, "noise_seed") ?? _graph.Number(noise, "noise_seed") ?? _graph.Number(noise, "seed")).Whole();
        _draft.Steps = (_graph.Number(node, "steps") ?? _graph.Number(sigmas, "steps")).Whole();
        _draft.Guidance = (_graph.Number(node, "cfg") ?? _graph.Number(Guider(node), "cfg")).Fraction() ?? (Guider(node) is not null ? 1 : null);
        string? name = _graph.Text(node, "sampler_name") ?? _graph.Text(sampler, "sampler_name") ?? OwnName(sampler);
        string? schedule = _graph.Text(node, "scheduler") ?? _graph.Text(sigmas, "scheduler") ?? ScheduleOf(sigmas);
        _draft.Sample(name, schedule, "normal");
        if (SamplerNames.FindSchedule(schedule) == "beta")
        {
            // The same word for another rule than the web UI's.
            _draft.Schedule("beta_timesteps");
        }

        _draft.SamplerSettings = new SamplerSettings
        {
            Eta = _graph.Number(sampler, "eta").Fraction(),
            NoiseScale = _graph.Number(sampler, "s_noise").Fraction() ?? 1,
            Churn = _graph.Number(sampler, "s_churn").Fraction() ?? 0,
        };
        if ((_graph.Number(node, "denoise") ?? _graph.Number(sigmas, "denoise")).Fraction() is { } denoise && denoise < 1)
        {
            _draft.LeaveOut(string.Create(CultureInfo.InvariantCulture, $"It began with a picture or an earlier pass and changed it by {denoise}; here it begins with noise."));
        }
    }

    /// <summary>Of nodes that are one sampler each: "SamplerDPMPP_2M_SDE".</summary>
    private static string? OwnName(ComfyNode? sampler) =>
        sampler?.Type is { } type && type.StartsWith("Sampler", StringComparison.Ordinal) ? type["Sampler".Length..].Replace("LMS", "lms", StringComparison.Ordinal).Replace("EulerAncestral", "euler_ancestral", StringComparison.Ordinal) : null;

    private static string? ScheduleOf(ComfyNode? sigmas) => sigmas?.Type switch
    {
        null => null,
        "KarrasScheduler" => "karras",
        "ExponentialScheduler" => "exponential",
        "PolyexponentialScheduler" => "polyexponential",
        "SDTurboScheduler" => "turbo",
        "BetaSamplingScheduler" => "beta",
        "AlignYourStepsScheduler" => "ays",
        "GITSScheduler" => "ays_gits",
        _ => null,
    };

    private void TakeConditioning(ComfyNode first)
    {
        ComfyNode asking = Guider(first) ?? first;
        (_draft.Prompt, ComfyNode? encoder) = Words(asking, "positive", "conditioning");
        (_draft.NegativePrompt, _) = Words(asking, "negative");
        ComfyNode? clip = _graph.Source(encoder, "clip");
        for (int i = 0; i < LongestChain && clip is not null; i++)
        {
            if ((_graph.Number(clip, "stop_at_clip_layer") ?? _graph.Number(clip, "clip_skip")).Whole() is { } layer and not 0)
            {
                _draft.ClipSkip = Math.Abs(layer);
                break;
            }

            clip = _graph.Source(clip, "clip");
        }

        if (_graph.Number(encoder ?? asking, "clip_skip").Whole() is { } skip and not 0)
        {
            _draft.ClipSkip = Math.Abs(skip);
        }
    }

    /// <summary>The words behind a conditioning, and the node that encodes them.</summary>
    private (string Words, ComfyNode? Encoder) Words(ComfyNode asking, params ReadOnlySpan<string> inputs)
    {
        // A loader that encodes by itself has the words in the input of the same name.
        ComfyNode? node = _graph.Source(asking, inputs);
        bool isNegative = inputs.Contains("negative");
        for (int i = 0; i < LongestChain && node is not null; i++)
        {
            if (node.Is("ConditioningZeroOut"))
            {
                return ("", node);
            }

            if (node.Has("ckpt_name") && node.Has("positive"))
            {
                return (_graph.Text(node, isNegative ? "negative" : "positive") ?? "", node);
            }

            string? text = _graph.Text(node, "text") ?? _graph.Text(node, "text_g") ?? _graph.Text(node, "prompt") ?? (node.Has("clip_l") ? _graph.Text(node, "t5xxl") ?? _graph.Text(node, "clip_l") : null)
                ?? _graph.Text(node, isNegative ? "text_negative" : "text_positive");
            if (text is not null)
            {
                if (node.Has("text_l") && _graph.Text(node, "text_l") is { Length: > 0 } other && other != text)
                {
                    _draft.LeaveOut("The second text encoder read other words than the first; only those of the first are taken.");
                }

                return (text, node);
            }

            node = _graph.Source(node, [.. inputs, "conditioning", "conditioning_1", "conditioning_to", "cond1", isNegative ? "negative" : "positive", "base_positive"]);
        }

        return ("", null);
    }

    private void TakeModels(ComfyNode? node)
    {
        var loras = new List<(string Name, float Weight, float? Text)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < LongestChain && node is not null && seen.Add(node.Id); i++)
        {
            loras.InsertRange(0, LorasOf(node));
            if ((_graph.Text(node, "ckpt_name") ?? _graph.Text(node, "base_ckpt_name") ?? _graph.Text(node, "unet_name")) is { } checkpoint)
            {
                _draft.Model(ModelKind.Checkpoint, checkpoint);
                _draft.TakeVae(_graph.Text(node, "vae_name"));
                break;
            }

            node = _graph.Source(node, "model", "MODEL", "base_model", "model1");
        }

        foreach ((string name, float weight, float? text) in loras)
        {
            _draft.Lora(name, weight, text);
        }
    }

    private List<(string Name, float Weight, float? Text)> LorasOf(ComfyNode node)
    {
        var loras = new List<(string, float, float?)>();
        if (_graph.Text(node, "lora_name") is { } name && name != "None")
        {
            float model = (_graph.Number(node, "strength_model") ?? _graph.Number(node, "lora_model_strength") ?? _graph.Number(node, "strength")).Fraction() ?? 1;
            loras.Add((name, model, node.Is("LoraLoaderModelOnly") ? 0 : (_graph.Number(node, "strength_clip") ?? _graph.Number(node, "lora_clip_strength")).Fraction() ?? model));
        }

        // A loader of many: lora_1: { on, lora, strength, strengthTwo }, or lora_name_1 with model_weight_1.
        foreach (JsonProperty input in node.Inputs.EnumerateObject().Take(256))
        {
            if (input.Value.ValueKind == JsonValueKind.Object && input.Value.Words("lora") is { } file && input.Value.Part("on") is not { ValueKind: JsonValueKind.False })
            {
                float strength = input.Value.Fraction("strength") ?? 1;
                loras.Add((file, strength, input.Value.Fraction("strengthTwo") ?? strength));
            }
            else if (input.Name.StartsWith("lora_name_", StringComparison.Ordinal) && ((JsonElement?)input.Value).Words() is { } numbered && numbered != "None" && node.Inputs.Words("switch_" + input.Name[10..]) is null or "On")
            {
                float strength = (_graph.Number(node, "model_weight_" + input.Name[10..]) ?? _graph.Number(node, "model_str_" + input.Name[10..])).Fraction() ?? 1;
                loras.Add((((JsonElement?)input.Value).Words()!, strength, null));
            }
        }

        return loras;
    }

    private void TakeLatent(ComfyNode first)
    {
        ComfyNode? latent = _graph.Source(first, "latent_image", "latent", "samples");
        if (latent is null)
        {
            (_draft.Width, _draft.Height) = (_graph.Number(first, "width").Whole(), _graph.Number(first, "height").Whole());
            return;
        }

        foreach (ComfyNode node in _graph.Before(latent).TakeWhile(node => !IsSampler(node)).Take(64))
        {
            (string width, string height) = node.Has("empty_latent_width") ? ("empty_latent_width", "empty_latent_height") : ("width", "height");
            if (_graph.Number(node, width).Whole() is { } wide && _graph.Number(node, height).Whole() is { } high && !node.Has("image") && !node.Has("samples"))
            {
                (_draft.Width, _draft.Height) = (wide, high);
                if (_graph.Number(node, "batch_size").Whole() is { } batch and > 1 and <= 64)
                {
                    _draft.Noise = _draft.Noise with { BatchSize = (int)batch };
                    _draft.LeaveOut($"It is one of {batch} that were drawn together. Which of them, the file does not say; the first is assumed.");
                }

                return;
            }

            if (node.Has("pixels") || node.Is("LoadImage"))
            {
                _draft.LeaveOut("It was made from another picture. That picture is not in the file, so this one comes out otherwise.");
                return;
            }
        }
    }

    private void TakeLaterPasses(List<ComfyNode> passes)
    {
        ComfyNode first = passes[0];
        foreach (ComfyNode later in passes.Skip(1))
        {
            long start = _graph.Number(later, "start_at_step").Whole() ?? 0, end = _graph.Number(first, "end_at_step").Whole() ?? 0;
            bool goesOn = start > 0 && start == end && _draft.Steps is > 0;
            ComfyNode? loader = _graph.Source(later, "model");
            for (int i = 0; i < LongestChain && loader is not null && !loader.Has("ckpt_name") && !loader.Has("unet_name"); i++)
            {
                loader = _graph.Source(loader, "model");
            }

            string? name = _graph.Text(loader, "ckpt_name") ?? _graph.Text(loader, "unet_name");
            if (goesOn && name is not null && _draft.Refiner is null)
            {
                _draft.Refiner = new RefinerSelection(_draft.Model(ModelKind.Checkpoint, name), Math.Clamp((float)start / _draft.Steps!.Value, 0, 1));
            }
            else
            {
                _draft.LeaveOut("A later pass went over it again, enlarged or not. What is made here is the first pass, at its size.");
            }
        }
    }

    /// <summary>Kinds of nodes that change the picture and have no counterpart here.</summary>
    private void Mention(ComfyNode node)
    {
        string? sentence =
            node.Type.Contains("ControlNet", StringComparison.OrdinalIgnoreCase) ? "It was guided by ControlNet, which needs the picture that guided it."
            : node.Type.Contains("IPAdapter", StringComparison.OrdinalIgnoreCase) ? "Another picture had part in it, through IP-Adapter."
            : node.Type.Contains("Detailer", StringComparison.OrdinalIgnoreCase) ? "Faces or parts were drawn again afterwards."
            : node.Type.Contains("Upscale", StringComparison.OrdinalIgnoreCase) && node.Has("upscale_model") ? "It was enlarged afterwards by an upscaler."
            : node.Type.StartsWith("FreeU", StringComparison.Ordinal) ? "FreeU weighed its network otherwise."
            : node.Type.Contains("PerturbedAttention", StringComparison.OrdinalIgnoreCase) ? "Perturbed attention steered it."
            : node.Is("ConditioningCombine", "ConditioningConcat", "ConditioningAverage", "ConditioningSetArea", "ConditioningSetMask") ? "Several prompts were put together; only the first is taken."
            : node.Is("ModelSamplingDiscrete", "RescaleCFG", "ModelMergeSimple", "HypernetworkLoader", "DynamicThresholdingFull") ? $"{node.Type} changed the model; there is no counterpart here."
            : null;
        if (sentence is not null)
        {
            _draft.LeaveOut(sentence);
        }
    }
}
