using DistTrain.Benchmarks.Measuring;

namespace DistTrain.Benchmarks.EndToEnd;

/// <summary>All turns of one contestant, each with the worse of the two readings of the cores around it.</summary>
internal sealed class Turns(IContestant contestant, CoreControl control)
{
    private readonly List<(double Throughput, double Cores)> all = [];

    public IContestant Contestant => contestant;

    /// <summary>Turns that had two whole cores throughout, as far as is known.</summary>
    public int Whole => all.Count(IsWhole);

    /// <summary>Whether it has fewer of these than that, and may still take turns.</summary>
    public bool Lacks(int wholeTurns) => Whole < wholeTurns && all.Count < contestant.MostTurns;

    /// <summary>Takes one more.</summary>
    public (double Throughput, double Cores) Take()
    {
        double before = control.Read();
        double throughput = contestant.Round();
        all.Add((throughput, Math.Min(before, control.Read())));
        return all[^1];
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
