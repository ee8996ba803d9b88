namespace SdStudio.Cli;

/// <summary>Networks run on one thread of their own from loading to disposal; some providers insist on it.</summary>
internal static class Worker
{
    public static Task<int> Run(Func<int> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
