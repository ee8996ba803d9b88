using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Proves that claimed tensors fill a file's data exactly: no gap, no overlap, each as long as its shape and type say.</summary>
internal static class HeaderLayout
{
    /// <param name="claims">In any order.</param>
    /// <param name="dataStart">Bytes from the start of the file to the data.</param>
    /// <param name="dataLength">Bytes of data that the file has.</param>
    /// <param name="path">For messages.</param>
    public static Dictionary<string, TensorEntry> Prove(List<HeaderParser.Claim> claims, long dataStart, long dataLength, string path)
    {
        Dictionary<string, TensorEntry> entries = new(claims.Count, StringComparer.Ordinal);
        long announced = 0;
        foreach (HeaderParser.Claim claim in claims)
        {
            if (!entries.TryAdd(claim.Name, new TensorEntry(claim.Type, claim.Shape, dataStart + claim.Begin, claim.End - claim.Begin)))
            {
                throw HeaderParser.Duplicate(claim.Name, path);
            }

            ProveSpan(claim, path);
            announced = Math.Max(announced, claim.End);
        }

        if (announced > dataLength)
        {
            // An absurd offset near 2^63 must not overflow the message.
            long whole = announced > long.MaxValue - dataStart ? long.MaxValue : dataStart + announced;
            throw new CheckpointException(path, CheckpointProblem.Truncated, $"The file ends early: {Wording.Share(dataStart + dataLength, whole)}. Download it again.");
        }

        ProveCover(claims, dataLength, path);
        return entries;
    }

    private static void ProveSpan(HeaderParser.Claim claim, string path)
    {
        long length;
        try
        {
            length = checked(claim.Shape.ElementCount * claim.Type.ByteSize());
        }
        catch (OverflowException e)
        {
            throw new CheckpointException(path, CheckpointProblem.ShapeTooLarge, $"The file is damaged: the tensor {Wording.Quote(claim.Name)} claims an impossible size, {Wording.Quote(claim.Shape.ToString())}. Download it again.", e);
        }

        if (length != claim.End - claim.Begin)
        {
            throw new CheckpointException(
                path, CheckpointProblem.SpanMismatch, $"The file is damaged: the tensor {Wording.Quote(claim.Name)} needs {length} bytes but has {claim.End - claim.Begin}. Download it again.");
        }
    }

    private static void ProveCover(List<HeaderParser.Claim> claims, long dataLength, string path)
    {
        long covered = 0;
        foreach (HeaderParser.Claim claim in IsInOrder(claims) ? claims : [.. claims.OrderBy(claim => claim.Begin).ThenBy(claim => claim.End)])
        {
            if (claim.Begin != covered)
            {
                throw claim.Begin > covered
                    ? new CheckpointException(path, CheckpointProblem.Gap, $"The file is damaged: {claim.Begin - covered} bytes before the tensor {Wording.Quote(claim.Name)} belong to none. Download it again.")
                    : new CheckpointException(path, CheckpointProblem.Overlap, $"The file is damaged: the tensor {Wording.Quote(claim.Name)} shares bytes with another. Download it again.");
            }

            covered = claim.End;
        }

        if (covered != dataLength)
        {
            throw new CheckpointException(path, CheckpointProblem.TrailingBytes, $"The file is damaged: {dataLength - covered} bytes after the last tensor belong to none. Download it again.");
        }
    }

    /// <summary>Whether they stand in the header as they lie in the file, which most writers do.</summary>
    private static bool IsInOrder(List<HeaderParser.Claim> claims)
    {
        for (int i = 1; i < claims.Count; i++)
        {
            if ((claims[i].Begin, claims[i].End).CompareTo((claims[i - 1].Begin, claims[i - 1].End)) < 0)
            {
                return false;
            }
        }

        return true;
    }
}
