namespace DistTrain.Benchmarks.EndToEnd;

/// <summary>
/// Two trainers that know nothing of each other, started together: what the machine's two cores have to give. Two
/// workers of one trainer, which wait for each other at every step, can hardly do more.
/// </summary>
internal sealed class PairContestant(string name, ChildContestant first, ChildContestant second) : IContestant
{
    public string Name => name;

    public int MostTurns => int.MaxValue;

    public IReadOnlyList<int> Processes => [first.Process, second.Process];

    public double Round()
    {
        double other = 0;
        var thread = new Thread(() => other = second.Round());
        thread.Start();
        double one = first.Round();
        thread.Join();
        return one + other;
    }

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }
}
