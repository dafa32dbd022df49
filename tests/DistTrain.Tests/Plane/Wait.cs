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

    /// <summary>Two threads go on from here in the same moment, as near as can be. Each has a word that it counts its meetings in.</summary>
    public static void Meet(ref int mine, ref int other)
    {
        int meeting = mine + 1;
        Volatile.Write(ref mine, meeting);
        SpinWait spin = default;
        while (Volatile.Read(ref other) < meeting)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }
}
