namespace SdStudio.Storage.Models.Downloads;

/// <summary>A well-known model to begin with.</summary>
/// <param name="Title">As it is known.</param>
/// <param name="Words">What it is good for: a sentence.</param>
/// <param name="Licence">Its name.</param>
/// <param name="Needs">What it takes to run: memory, and what else has to be there.</param>
/// <param name="Place">One of <see cref="ModelPlaces.All"/>.</param>
/// <param name="File">As it is published: its address, the name it is kept under, bytes and SHA-256 where they are known.</param>
/// <param name="About">Bytes, for people, where the exact number is not known.</param>
public sealed record StarterModel(string Title, string Words, string Licence, string Needs, string Place, PlannedFile File, long About)
{
    public DownloadPlan Plan => new()
    {
        Title = Title,
        Link = File.Address.AbsoluteUri,
        Choice = File.Path,
        Place = Place,
        Files = [File],
        Licence = Licence,
        Note = Needs,
    };
}
