using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using SdStudio.Web;
using SdStudio.Web.Configuration;
using SdStudio.Web.Hosting;

WebApplicationBuilder builder;
try
{
    builder = WebApplication.CreateBuilder(ContentRoot.Options(args));
}
catch (InvalidDataException exception)
{
    // The file's name stands in the first message, line and place in the innermost.
    Console.Error.WriteLine($"SdStudio did not start: {exception.Message} {exception.GetBaseException().Message}");
    return 1;
}

builder.AddStudio();

await using WebApplication app = builder.Build();
IReadOnlyList<string> problems = SettingsProblems.Find(app.Services);
if (problems.Count > 0)
{
    Console.Error.WriteLine("SdStudio did not start, because of its settings:");
    problems.ToList().ForEach(problem => Console.Error.WriteLine($"  {problem}"));
    return 1;
}

string folder = app.Services.GetRequiredService<GalleryPaths>().Root;
using IDisposable? folderLock = FolderLock.TryTake(folder);
if (folderLock is null)
{
    Console.Error.WriteLine($"SdStudio did not start: another SdStudio already keeps its pictures in {folder}. Stop it, or set another Gallery:Folder.");
    return 1;
}

app.UseStudio();
app.GreetWhenReady();
try
{
    await app.StartAsync();
}
catch (Exception exception) when (StartProblem(exception) is { } problem)
{
    // In order, like any other end: the worker may already be opening the device.
    await app.StopAsync();
    Console.Error.WriteLine($"SdStudio did not start: {problem}");
    return 1;
}

await app.WaitForShutdownAsync();
return 0;

static string? StartProblem(Exception exception) =>
    exception is DamagedDatabaseException ? exception.Message : ListeningAddress.Problem(exception);
