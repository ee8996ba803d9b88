using System.Text.Json;
using System.Text.Json.Serialization;
using SdStudio.Diffusion;

namespace SdStudio.Storage.Metadata;

/// <summary>
/// What this program writes into its own PNGs, under the keyword <see cref="Keyword"/>: the whole recipe, where the widely used
/// "parameters" text would lose something, and where the picture comes from, so that a lost row can be written again from the file.
/// </summary>
internal sealed record PictureRecord
{
    public const string Keyword = "sdstudio";

    /// <summary>Version of this layout: a reader refuses a number it does not know.</summary>
    public const int CurrentSchema = 1;

    public required int Schema { get; init; }

    public required ImageRecipe Recipe { get; init; }

    /// <summary>The database that counted <see cref="Job"/>.</summary>
    public required Guid Studio { get; init; }

    public required long Job { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>From the first step to the decoded picture.</summary>
    public required double Seconds { get; init; }

    /// <summary>On what it was made, and what its latent was on the way; older pictures have none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PictureTrace? Trace { get; init; }

    [JsonIgnore]
    public TimeSpan Duration => TimeSpan.FromSeconds(Math.Clamp(double.IsNaN(Seconds) ? 0 : Seconds, 0, TimeSpan.FromDays(365).TotalSeconds));

    public string Write() => JsonSerializer.Serialize(this with { Recipe = RecipeJson.WellFormed(Recipe) }, RecipeJson.s_options);

    /// <returns>Null when the text is none of ours or of an unknown version.</returns>
    public static PictureRecord? TryRead(string? json)
    {
        if (json is null)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<PictureRecord>(json, RecipeJson.s_options) is { Schema: CurrentSchema } record ? record with { Trace = TraceJson.Sound(record.Trace) } : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
