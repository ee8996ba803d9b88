namespace SdStudio.Diffusion.Prompts.Dynamic;

/// <summary>Makes the choices that a template leaves open.</summary>
internal interface IDraw
{
    /// <param name="weights">At least one; none negative.</param>
    /// <returns>The place of one of them, the likelier the greater its weight.</returns>
    int Pick(ReadOnlySpan<double> weights);
}
