namespace SdStudio.Storage.Verification;

/// <summary>Why a picture came out otherwise.</summary>
/// <param name="Sentence">For people: what it is, and what to try.</param>
/// <param name="IsKnown">It is known to differ; otherwise it is what the traces point to.</param>
public sealed record LikelyCause(DifferenceSource Source, string Sentence, bool IsKnown);
