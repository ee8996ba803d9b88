using System.Collections.Immutable;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;

namespace SdStudio.Storage.Verification;

/// <summary>
/// Decides whether a picture that was made again is the same, and where it is not, why. Pure: all it knows is the evidence.
/// <para>
/// "Same to the eye" means three things. 99 % of the patches are within ΔE 2.3, the difference that people just notice (Mahy, Van Eycken and
/// Oosterlinck 1994); no patch is further than ΔE 10 apart, so that not even a small thing in the picture is another one; and the structural
/// similarity is at least 0.95, as good encoders at their usual quality reach. Rounding of other machines stays far within these bounds;
/// another seed, sampler or weight does not.
/// </para>
/// </summary>
public static class PictureVerdict
{
    public const double JustNoticeable = 2.3, LargestUnnoticed = 10, LeastSimilarity = 0.95;

    /// <summary>From here on both show the same things, drawn a little otherwise.</summary>
    private const double SameScene = 0.5;

    public static VerificationReport Judge(VerificationEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        Verdict verdict = VerdictOf(evidence.Distance);
        int? parted = verdict == Verdict.BitSame ? null : FirstDivergingStep(evidence.Before, evidence.Now);
        ImmutableArray<LikelyCause> causes = verdict == Verdict.BitSame ? [] : [.. Causes(evidence, parted).DistinctBy(cause => (cause.Source, cause.IsKnown)).OrderByDescending(cause => cause.IsKnown)];
        return new VerificationReport(verdict, Headline(verdict, evidence), evidence.Distance, parted, evidence.Recipe.Steps, causes)
        {
            Parting = verdict == Verdict.BitSame ? null : Parting(evidence, parted),
        };
    }

    private static Verdict VerdictOf(PictureDistance? distance) => distance switch
    {
        null => Verdict.Different,
        { ChangedPixels: 0 } => Verdict.BitSame,
        { ColourDifference: <= JustNoticeable, LargestColourDifference: <= LargestUnnoticed, Similarity: >= LeastSimilarity } => Verdict.SameToTheEye,
        _ => Verdict.Different,
    };

    /// <summary>Steps that only one of them kept say nothing.</summary>
    private static int? FirstDivergingStep(PictureTrace? before, PictureTrace now) =>
        before?.Latents.Where(latent => now.HashAt(latent.Step) is { } hash && hash != latent.Hash).Select(latent => (int?)latent.Step).Min();

    /// <summary>Whether both kept the hash of some step.</summary>
    private static bool AreComparable(PictureTrace? before, PictureTrace now) => before?.Latents.Any(latent => now.HashAt(latent.Step) is not null) == true;

    private static string Headline(Verdict verdict, VerificationEvidence evidence) => (verdict, evidence.Distance) switch
    {
        (Verdict.BitSame, _) => "The very same picture: every pixel is equal.",
        (Verdict.SameToTheEye, _) => "The same to the eye: some pixels differ, too little to be seen.",
        (_, null) => "Another size: the two cannot be laid over each other.",
        (_, { Similarity: >= SameScene }) => "The same scene, drawn a little otherwise.",
        _ => "Another picture.",
    };

    private static string? Parting(VerificationEvidence evidence, int? parted) => (parted, evidence.Before) switch
    {
        (0, _) => "They part before the first step: the noise is another.",
        ({ } step, { } before) when step == before.Latents[^1].Step && before.Latents.Length > 2 =>
            $"They part between step {before.Latents[^2].Step} and step {step}, the last.",
        ({ } step, { } before) when before.Latents.TakeWhile(latent => latent.Step != step).LastOrDefault() is { Step: > 0 } same =>
            $"They part between step {same.Step} and step {step} of {evidence.Recipe.Steps}.",
        ({ } step, _) => $"They part in step {step} of {evidence.Recipe.Steps}.",
        (null, not null) when AreComparable(evidence.Before, evidence.Now) => "Their latents are the same to the last step: they part in the decoder, or in the file.",
        _ => null,
    };

    private static IEnumerable<LikelyCause> Causes(VerificationEvidence evidence, int? parted)
    {
        (ImageRecipe recipe, PictureTrace? before, PictureTrace now) = (evidence.Recipe, evidence.Before, evidence.Now);
        if (evidence.Distance is null)
        {
            yield return new LikelyCause(
                DifferenceSource.Size, "The picture was enlarged or cropped after it was made, or in a second pass that its recipe does not hold.", IsKnown: true);
        }

        string? modelHash = before?.ModelHash ?? evidence.NamedModelHash;
        bool isModelKnown = modelHash is not null && now.ModelHash is not null;
        if (isModelKnown && !SameHash(modelHash!, now.ModelHash!))
        {
            yield return new LikelyCause(
                DifferenceSource.Model, $"{recipe.Checkpoint} is another file today: {now.ModelHash}, and it was {modelHash}. Put the old file back under a name of its own.", IsKnown: true);
        }

        foreach ((string name, string hash) in before?.LoraHashes ?? ImmutableSortedDictionary<string, string>.Empty)
        {
            if (now.LoraHashes.TryGetValue(name, out string? other) && !SameHash(hash, other))
            {
                yield return new LikelyCause(DifferenceSource.Lora, $"The LoRA {name} is another file today: {other}, and it was {hash}.", IsKnown: true);
            }
        }

        foreach (LikelyCause cause in Machine(before, now))
        {
            yield return cause;
        }

        IEnumerable<LikelyCause> pointed = AreComparable(before, now) ? ByStep(evidence, parted, isModelKnown) : ByLook(evidence, isModelKnown);
        foreach (LikelyCause cause in pointed)
        {
            yield return cause;
        }
    }

    /// <summary>What ran the networks then and now.</summary>
    private static IEnumerable<LikelyCause> Machine(PictureTrace? before, PictureTrace now)
    {
        if (Differ(before?.Provider, now.Provider))
        {
            yield return new LikelyCause(DifferenceSource.Provider, $"It was made on {before!.Provider}, and now on {now.Provider}: each rounds in its own way.", IsKnown: true);
        }
        else if (Differ(before?.Runtime, now.Runtime))
        {
            yield return new LikelyCause(DifferenceSource.Provider, $"It was made with ONNX Runtime {before!.Runtime}, and now with {now.Runtime}: versions round in their own ways.", IsKnown: true);
        }
        else if (Differ(before?.Processor, now.Processor))
        {
            yield return new LikelyCause(DifferenceSource.Provider, $"It was made on another processor ({before!.Processor}), and now on this one ({now.Processor}): each rounds in its own way.", IsKnown: true);
        }

        if (Differ(before?.Precision, now.Precision))
        {
            yield return new LikelyCause(DifferenceSource.Precision, $"The network computed in {before!.Precision}, and now in {now.Precision}.", IsKnown: true);
        }
    }

    /// <summary>What the first step that differs points to.</summary>
    private static IEnumerable<LikelyCause> ByStep(VerificationEvidence evidence, int? parted, bool isModelKnown)
    {
        ImageRecipe recipe = evidence.Recipe;
        int first = evidence.Before!.Latents.FirstOrDefault(latent => latent.Step > 0)?.Step ?? 1;
        if (parted is null)
        {
            bool isDecoder = recipe.Vae is not null || !isModelKnown;
            yield return new LikelyCause(
                DifferenceSource.File, "The file’s pixels were changed after it was made: cropped, painted on, or saved anew by another program.", IsKnown: false);
            yield return new LikelyCause(
                DifferenceSource.Decoder, isDecoder ? "Another VAE decodes it today." : "The decoder rounds otherwise than it did.", IsKnown: false);
        }
        else if (parted == 0)
        {
            yield return new LikelyCause(DifferenceSource.Noise, NoiseSentence(recipe), IsKnown: false);
        }
        else if (parted == first)
        {
            if (!isModelKnown)
            {
                yield return new LikelyCause(DifferenceSource.Model, $"The model’s file may be another: its hash was not known then, or is not yet known now.", IsKnown: false);
            }

            yield return new LikelyCause(
                DifferenceSource.Weighting, "The noise is the same and the first answer of the network is not: the prompt may be read otherwise (weights, clip skip, an embedding or a LoRA).", IsKnown: false);
            yield return new LikelyCause(DifferenceSource.Schedule, $"The schedule ({recipe.Schedule}) may begin at another sigma.", IsKnown: false);
        }
        else
        {
            yield return new LikelyCause(
                DifferenceSource.Sampler, $"The first step is the same and a later one is not: the sampler ({recipe.Sampler}), its options, or the noise it draws on the way.", IsKnown: false);
            yield return new LikelyCause(DifferenceSource.Schedule, $"The schedule ({recipe.Schedule}) may go down otherwise.", IsKnown: false);
        }
    }

    /// <summary>Without kept hashes: what the look of both suggests.</summary>
    private static IEnumerable<LikelyCause> ByLook(VerificationEvidence evidence, bool isModelKnown)
    {
        ImageRecipe recipe = evidence.Recipe;
        bool isSameScene = evidence.Distance is { Similarity: >= SameScene };
        if (VerdictOf(evidence.Distance) == Verdict.SameToTheEye)
        {
            yield return evidence.IsLossy
                ? new LikelyCause(DifferenceSource.File, "Its file does not keep pixels exactly.", IsKnown: true)
                : new LikelyCause(DifferenceSource.Provider, "Machines, providers and versions round in their own ways; so little is usual.", IsKnown: false);
            yield break;
        }

        if (isSameScene)
        {
            yield return new LikelyCause(
                DifferenceSource.Weighting, $"The noise is the same, since the scene is: weights of words, clip skip or an embedding may be read otherwise. Try another profile than {recipe.Profile}.", IsKnown: false);
            yield return new LikelyCause(DifferenceSource.Sampler, $"The sampler ({recipe.Sampler}) or the schedule ({recipe.Schedule}) may be meant otherwise there.", IsKnown: false);
            yield return new LikelyCause(DifferenceSource.Precision, "Half precision, or optimised attention, makes small changes too.", IsKnown: false);
        }
        else
        {
            yield return new LikelyCause(DifferenceSource.Noise, NoiseSentence(recipe), IsKnown: false);
            if (!isModelKnown)
            {
                yield return new LikelyCause(DifferenceSource.Model, $"It may have been made with another model than {recipe.Checkpoint}: no hash says.", IsKnown: false);
            }
        }

        if (evidence.IsForeign)
        {
            yield return new LikelyCause(
                DifferenceSource.Unsaid, "Its text may leave something out: a second pass, inpainting, a ControlNet, an extension.", IsKnown: false);
        }
    }

    private static string NoiseSentence(ImageRecipe recipe) => recipe.Noise.Source == NoiseSource.Nvidia
        ? "Not the same noise: it is drawn here as an NVIDIA card does. Try the CPU’s, or another profile."
        : "Not the same noise: it is drawn here as PyTorch does on a CPU. Try that of an NVIDIA card, or another profile.";

    private static bool Differ(string? a, string? b) => a is not null && b is not null && a != b;

    /// <summary>One may be the beginning of the other.</summary>
    private static bool SameHash(string a, string b) => a.StartsWith(b, StringComparison.OrdinalIgnoreCase) || b.StartsWith(a, StringComparison.OrdinalIgnoreCase);
}
