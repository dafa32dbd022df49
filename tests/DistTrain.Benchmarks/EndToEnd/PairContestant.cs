namespace DistTrain.Benchmarks.EndToEnd;

/// <summary>
/// Two trainers that know nothing of each other, started together: what the machine's two cores have to give. Two
/// workers of one trainer, which wait for each other at every step, can hardly do more.
/// </summary>
internal sealed class PairContestant(string name, ChildContestant trainer) : IContestant
{
    public string Name => name;

    public int MostTurns => int.MaxValue;

    public IWarmContestant WarmUp() => new Pair(trainer.WarmUp(), trainer.WarmUp());

    private sealed class Pair(IWarmContestant first, IWarmContestant second) : IWarmContestant
    {
        public IReadOnlyList<int> Processes => [.. first.Processes, .. second.Processes];

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
}
