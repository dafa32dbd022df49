using System.Collections.Concurrent;
using System.Diagnostics;

namespace DistTrain.Tests.Plane;

internal static class Wait
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static T Next<T>(this BlockingCollection<T> items) =>
        items.TryTake(out T? item, Deadline) ? item : throw new TimeoutException($"No {typeof(T).Name} came.");

    public static void Until(Func<bool> condition)
    {
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Deadline, "The condition never held.");
            Thread.Yield();
        }
    }
}
