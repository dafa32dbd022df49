using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DistTrain.Benchmarks.Measuring;

/// <summary>
/// Tells how much arithmetic two cores can do at this moment. A virtual machine's two processors are sometimes two
/// threads of one core, and then two workers have as much to compute with as one; a neighbour on the same core takes
/// half of it too. Neither shows in the guest's own figures. So a few milliseconds of multiply-adds in registers, on
/// both processors at once, go before and after whatever is measured.
/// </summary>
internal sealed class CoreControl
{
    /// <summary>A processor that does less than this share of the best that was seen is not a core of one's own.</summary>
    public const double Whole = 0.85;

    private const int Chains = 10;
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(8);

    /// <summary>The best reading so far.</summary>
    public double Best { get; private set; }

    /// <summary>Multiply-adds a nanosecond on the slower of two processors that work at once.</summary>
    public double Read()
    {
        using var together = new Barrier(2);
        double[] rates = new double[2];
        Thread[] threads = [.. Enumerable.Range(0, rates.Length).Select(i => new Thread(() => rates[i] = Rate(i, together)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Best = Math.Max(Best, rates.Min());
        return rates.Min();
    }

    private static double Rate(int processor, Barrier together)
    {
        OneProcessor.Keep(processor);
        together.SignalAndWait();
        long started = Stopwatch.GetTimestamp();
        long rounds = 0;
        float sink = 0;
        while (Stopwatch.GetElapsedTime(started) < Length)
        {
            sink += MultiplyAdds(10_000);
            rounds += 10_000;
        }

        double rate = rounds * Chains * Vector256<float>.Count / Stopwatch.GetElapsedTime(started).TotalNanoseconds;
        return float.IsNaN(sink) ? 0 : rate;
    }

    /// <summary>Ten independent chains: as many as two units of four cycles' latency need, and two more.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float MultiplyAdds(int rounds)
    {
        Vector256<float> x = Vector256.Create(0.999f);
        Vector256<float> y = Vector256.Create(1e-3f);
        Vector256<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y;
        for (int round = 0; round < rounds; round++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, y);
            b = Vector256.FusedMultiplyAdd(b, x, y);
            c = Vector256.FusedMultiplyAdd(c, x, y);
            d = Vector256.FusedMultiplyAdd(d, x, y);
            e = Vector256.FusedMultiplyAdd(e, x, y);
            f = Vector256.FusedMultiplyAdd(f, x, y);
            g = Vector256.FusedMultiplyAdd(g, x, y);
            h = Vector256.FusedMultiplyAdd(h, x, y);
            i = Vector256.FusedMultiplyAdd(i, x, y);
            j = Vector256.FusedMultiplyAdd(j, x, y);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j);
    }
}
