namespace SdStudio.Web.Generation;

/// <summary>One step's picture, encoded once for everybody who watches.</summary>
/// <param name="Step">0 is the initial noise.</param>
/// <param name="Jpeg">The encoded bytes.</param>
/// <param name="DataUri">The same as <c>data:image/jpeg;base64,…</c>, for an <c>img</c>.</param>
public sealed record PreviewFrame(int Step, ReadOnlyMemory<byte> Jpeg, string DataUri);
