namespace SdStudio.Web.Components.Generate;

/// <summary>Seeds drawn by chance: 32 bits, as other programs draw them, so that a recipe can be carried there.</summary>
internal static class Seeds
{
    public static long Draw() => Random.Shared.NextInt64(1L << 32);

    /// <summary>A re-roll that gave the same picture again would look broken.</summary>
    public static long DrawOther(long than)
    {
        long seed = Draw();
        return seed == than ? (seed + 1) & uint.MaxValue : seed;
    }
}
