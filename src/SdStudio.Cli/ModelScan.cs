using System.Diagnostics;
using System.Globalization;
using SdStudio.Storage.Models;

namespace SdStudio.Cli;

/// <summary>Reads the model folders through and sums up.</summary>
internal static class ModelScan
{
    public static int Run(StudioFolders folders, TextWriter output, CancellationToken cancellationToken)
    {
        foreach (string root in folders.Roots)
        {
            output.WriteLine(Directory.Exists(root) ? root : $"{root} (is not there)");
        }

        Stopwatch watch = Stopwatch.StartNew();
        IReadOnlyList<ModelFile> models = ModelCatalog.ReadFolders(folders.Roots, cancellationToken);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{models.Count} files and folders read in {watch.Elapsed.TotalSeconds:0.0} s, {Words.Size(models.Sum(model => model.Size))} in all"));
        output.WriteLine();
        foreach (IGrouping<ModelKind, ModelFile> kind in models.GroupBy(model => model.Kind).OrderBy(kind => kind.Key))
        {
            string families = string.Join(", ", kind.GroupBy(model => model.Family ?? "family unknown").OrderByDescending(family => family.Count()).Select(family => $"{family.Count()} {family.Key}"));
            output.WriteLine($"{Words.Plural(kind.Key),-24}{kind.Count(),6}  {families}");
        }

        ModelFile[] broken = [.. models.Where(model => model.Problem is not null)];
        if (broken.Length > 0)
        {
            output.WriteLine();
            output.WriteLine($"{broken.Length} of them cannot be used:");
            foreach (ModelFile model in broken)
            {
                output.WriteLine($"  {Words.Printable(model.Path, 1000)}");
                output.WriteLine($"      {Words.Printable(model.Problem!, 400)}");
            }
        }

        return ExitCode.Success;
    }
}
