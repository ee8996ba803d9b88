namespace SdStudio.BrowserTests;

/// <summary>The journeys share one server, one queue and one browser, so they run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class StudioCollection : ICollectionFixture<StudioFixture>
{
    public const string Name = "Studio";
}
