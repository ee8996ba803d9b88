namespace SdStudio.Storage.Metadata.Programs;

/// <summary>What the web UI's texts tell that this program does not do: a sentence for each thing, whatever number of fields it has.</summary>
internal static class WebUiLeftovers
{
    private const int MostWords = 120;

    /// <summary>Fields that are understood, or that say nothing about how the picture was made.</summary>
    private static readonly HashSet<string> s_understood = new(StringComparer.Ordinal)
    {
        "Steps", "Sampler", "Schedule type", "CFG scale", "Seed", "Size-1", "Size-2", "Size", "Model hash", "Model", "VAE hash", "VAE", "Clip skip", "RNG", "Version", "User", "App", "Backend", "Pipeline", "Operations",
        "Variation seed", "Variation seed strength", "Seed resize from-1", "Seed resize from-2", "ENSD", "Eta", "Eta DDIM", "Sigma churn", "Sigma tmin", "Sigma tmax", "Sigma noise", "UniPC order", "Sampler order",
        "Lora hashes", "TI hashes", "TI", "Hashes", "Emphasis", "Refiner", "Refiner switch at", "Template", "Negative Template", "Civitai resources", "Civitai metadata", "Created Date", "Parser", "Sampler options",
        "Text encoder 1", "Text encoder 2", "Batch size", "Batch pos", "Scheduler", "Metadata scheme", "Raw prompt", "Raw negative prompt", "Performance", "Add ControlNet to prompt", "Profile", "Noise",
        "Pad conds", "Cache FP16 weight for LoRA", "Script", "Comment", "Note", "Workflow", "baseModel", "Operation", "resources", "Image CFG scale",
    };

    /// <summary>Beginnings of fields that a sentence tells of, or that change nothing here.</summary>
    private static readonly string[] s_told =
    [
        "Hires", "First pass size", "Denoising strength", "Init image hash", "ControlNet", "ADetailer", "Regional Prompter", "Hypernet", "Face restoration", "Tiling", "Token merging", "Distilled CFG Scale", "Module", "Mask", "Inpaint",
        "NGMS", "Skip Early CFG", "FP8 weight", "Schedule", "Beta schedule", "Dynamic thresholding", "FreeU", "Postprocess", "Styles", "Sharpness", "ADM Guidance", "Diffusion in Low Bits", "VAE Decoder", "VAE Encoder",
    ];

    public static void Tell(RecipeDraft draft, ParametersText parameters)
    {
        if (parameters.Fields.Any(field => field.Key is "Hires upscale" or "Hires upscaler" or "Hires resize-1"))
        {
            string by = parameters["Hires upscale"] is { } times ? $" {times} times" : parameters["Hires resize-1"] is { } width ? $" to {width} × {parameters["Hires resize-2"]}" : "";
            draft.LeaveOut($"The second pass that enlarged it{by}{With(parameters["Hires upscaler"])}. What is made here is the first pass, at its size.");
        }
        else if (parameters["First pass size-1"] is not null)
        {
            draft.LeaveOut("It was made small and enlarged in a second pass, in the way of web UIs of 2022.");
        }
        else if (parameters["Denoising strength"] is not null || parameters["Init image hash"] is not null)
        {
            draft.LeaveOut($"It was made from another picture{(parameters["Denoising strength"] is { } much ? $", with strength {much}" : "")}. That picture is not in the file, so this one comes out otherwise.");
        }

        Say(draft, parameters, "ControlNet", "It was guided by ControlNet, which needs the picture that guided it.");
        Say(draft, parameters, "ADetailer", "Faces or hands were drawn again afterwards by ADetailer.");
        Say(draft, parameters, "Regional Prompter", "Regional Prompter gave parts of it words of their own.");
        Say(draft, parameters, "Hypernet", $"The hypernetwork {parameters["Hypernet"]} had part in it. Hypernetworks are not read here.");
        Say(draft, parameters, "Face restoration", $"Faces were restored afterwards{With(parameters["Face restoration"])}.");
        Say(draft, parameters, "Tiling", "It was made to tile, edge to edge.");
        Say(draft, parameters, "Token merging", "Token merging made it faster and a little different.");
        Say(draft, parameters, "Distilled CFG Scale", "Its distilled guidance belongs to Flux, a family that is not made here.");
        Say(draft, parameters, "Module", "It used separate modules of Forge (text encoders, VAE).");
        Say(draft, parameters, "Inpaint", "Only a part of it was painted, through a mask.");
        Say(draft, parameters, "NGMS", "Steps left out the negative prompt where it mattered little (NGMS).");
        Say(draft, parameters, "Skip Early CFG", "The first steps ran without guidance (Skip Early CFG).");
        Say(draft, parameters, "FP8 weight", parameters["FP8 weight"] == "Disable" ? null : "Its weights were rounded to eight bits.");
        Say(draft, parameters, "Schedule", "Its schedule had a rho or ends of its own.");
        Say(draft, parameters, "Beta schedule", "Its beta schedule had a shape of its own.");
        Say(draft, parameters, "Dynamic thresholding", "Dynamic thresholding tamed its guidance.");
        Say(draft, parameters, "FreeU", "FreeU weighed its network otherwise.");
        Say(draft, parameters, "Postprocess", "It was enlarged or mended afterwards.");
        Say(draft, parameters, "Styles", $"Styles of its program: {Short(parameters["Styles"])}. Their words are in the prompt as far as the file has them.");
        Say(draft, parameters, "Sharpness", "Fooocus sharpened it.");
        Say(draft, parameters, "ADM Guidance", "Fooocus guided its size conditions apart.");

        string[] others = [.. parameters.Fields.Select(field => field.Key).Distinct().Where(key => !s_understood.Contains(key) && !s_told.Any(told => key.StartsWith(told, StringComparison.Ordinal))).Take(12)];
        if (others.Length > 0)
        {
            draft.LeaveOut($"Settings without a counterpart here: {Short(string.Join(", ", others))}.");
        }
    }

    private static void Say(RecipeDraft draft, ParametersText parameters, string field, string? sentence)
    {
        if (sentence is not null && parameters.Fields.Any(pair => pair.Key.StartsWith(field, StringComparison.Ordinal) && pair.Key != "Schedule type"))
        {
            draft.LeaveOut(sentence);
        }
    }

    private static string With(string? what) => string.IsNullOrWhiteSpace(what) ? "" : $", with {Short(what)}";

    private static string Short(string? text) => text is { Length: > MostWords } ? text[..MostWords] + "…" : text ?? "";
}
