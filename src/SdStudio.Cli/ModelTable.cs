using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SdStudio.Storage.Models;

namespace SdStudio.Cli;

/// <summary>Models as lines that a person reads, or as JSON.</summary>
internal static class ModelTable
{
    private const int WidestName = 44;

    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(IReadOnlyList<ModelFile> models, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            output.WriteLine(JsonSerializer.Serialize(models.Select(model => new
            {
                model.Name,
                model.Title,
                model.Kind,
                model.Family,
                model.Size,
                model.Precision,
                model.Path,
                model.Problem,
                model.Lack,
                model.Details.BaseModel,
                model.Details.TriggerWords,
            }), s_json));
            return;
        }

        foreach (IGrouping<ModelKind, ModelFile> kind in models.GroupBy(model => model.Kind).OrderBy(kind => kind.Key))
        {
            ModelFile[] sorted = [.. kind.OrderBy(model => model.Name, StringComparer.OrdinalIgnoreCase)];
            int width = Math.Min(WidestName, sorted.Max(model => model.Name.Length)) + 2;
            output.WriteLine($"{Words.Plural(kind.Key)} ({sorted.Length})");
            foreach (ModelFile model in sorted)
            {
                output.WriteLine($"  {Words.Printable(model.Name).PadRight(width)}{Words.Size(model.Size),9}  {model.Family ?? "family unknown",-24}  {model.Precision}".TrimEnd());
                if (model.Problem is { } problem)
                {
                    output.WriteLine($"      cannot be used: {Words.Printable(problem, 400)}");
                }
                else if (model.Lack is { } lack)
                {
                    output.WriteLine($"      is not whole: {lack}");
                }
            }

            output.WriteLine();
        }

        if (models.Count == 0)
        {
            output.WriteLine("There is none.");
        }
    }
}
