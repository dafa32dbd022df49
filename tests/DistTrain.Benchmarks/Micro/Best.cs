using System.Diagnostics;

namespace DistTrain.Benchmarks.Micro;

/// <summary>The shortest of many rounds: what a piece of work takes when nothing disturbs it.</summary>
internal static class Best
{
    /// <summary>Microseconds.</summary>
    public static double Of(Action action)
    {
        double best = double.MaxValue;
        long until = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 3);
        do
        {
            long began = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalMicroseconds);
        }
        while (Stopwatch.GetTimestamp() < until);
        return best;
    }
}
