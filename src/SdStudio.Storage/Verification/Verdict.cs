namespace SdStudio.Storage.Verification;

/// <summary>How a picture that was made again compares with the one that was kept.</summary>
public enum Verdict
{
    /// <summary>Every pixel is the same.</summary>
    BitSame,

    /// <summary>Pixels differ, and nobody would see it: see <see cref="PictureVerdict"/>.</summary>
    SameToTheEye,

    Different,
}
