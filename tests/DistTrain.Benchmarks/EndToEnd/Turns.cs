using DistTrain.Benchmarks.Measuring;

namespace DistTrain.Benchmarks.EndToEnd;

/// <summary>All turns of one contestant, each with the worse of the two readings of the cores around it.</summary>
/// <param name="rest">
/// Between the warm-up and what is measured: a host that has put both processors of a virtual machine on one core
/// spreads them again, and nothing tells when it has.
/// </param>
internal sealed class Turns(IContestant contestant, CoreControl control, TimeSpan rest)
{
    private readonly List<(double Throughput, double Cores)> all = [];

    public IContestant Contestant => contestant;

    /// <summary>Turns that had two whole cores throughout, as far as is known.</summary>
    public int Whole => all.Count(IsWhole);

    /// <summary>Whether it has fewer of these than that, and may still take turns.</summary>
    public bool Lacks(int wholeTurns) => Whole < wholeTurns && all.Count < contestant.MostTurns;

    /// <summary>Takes one more.</summary>
    /// <returns>Samples a second, multiply-adds of the slower core, and the share of the machine that others took, if known.</returns>
    public (double Throughput, double Cores, double? Others) Take()
    {
        using IWarmContestant warm = contestant.WarmUp();
        Thread.Sleep(rest);
        double before = control.Read();
        var others = new OtherLoad(warm.Processes);
        double throughput = warm.Round();
        double? share = others.Since();
        all.Add((throughput, Math.Min(before, control.Read())));
        return (throughput, all[^1].Cores, share);
    }

    /// <param name="wholeAlone">Whether the turns on two whole cores count, with all of them beside; else all of them do.</param>
    public Side Figures(bool wholeAlone)
    {
        Figures every = Measuring.Figures.Of([.. all.Select(turn => turn.Throughput)]);
        return wholeAlone
            ? new Side(contestant.Name, Measuring.Figures.Of([.. all.Where(IsWhole).Select(turn => turn.Throughput)]), every)
            : new Side(contestant.Name, every);
    }

    private bool IsWhole((double Throughput, double Cores) turn) => turn.Cores >= CoreControl.Whole * control.Best;
}
