using System.Diagnostics;

namespace SdStudio.Tests;

/// <summary>Waiting for a condition, never for a length of time.</summary>
internal static class Until
{
    // Far longer than anything takes, even on a machine busy with other things: it only ends a test that would hang.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static async Task True(Func<bool> condition, string what)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < s_patience, $"Waited in vain: {what}.");
            await Task.Delay(5);
        }
    }

    public static async Task True(Func<Task<bool>> condition, string what)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < s_patience, $"Waited in vain: {what}.");
            await Task.Delay(5);
        }
    }

    /// <summary>The task's result, or a failure when it never comes.</summary>
    public static Task<T> Done<T>(Task<T> task) => task.WaitAsync(s_patience);
}
