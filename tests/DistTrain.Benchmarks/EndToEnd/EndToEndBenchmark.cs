using DistTrain.Benchmarks.Contestants;
using DistTrain.Benchmarks.Exchange;
using DistTrain.Benchmarks.Measuring;

namespace DistTrain.Benchmarks.EndToEnd;

/// <summary>
/// Lets contestants train in turns, A B C A B C, each in processes of its own, and compares the medians. Only steps
/// count: not start-up, not the warm-up before the first round, not the evaluation after the last step.
/// </summary>
/// <param name="data">Folder of MNIST.</param>
/// <param name="peers">Folder of the PyTorch programs, if there is one.</param>
/// <param name="python">Interpreter for them.</param>
/// <param name="samples">Of one turn.</param>
internal sealed class EndToEndBenchmark(string data, string? peers, string python, int rounds, int samples)
{
    private const int Microbatch = 64;

    private readonly List<IContestant> contestants = [];
    private readonly List<List<double>> throughputs = [];
    private readonly List<NotMeasured> missing = [];
    private readonly List<double> disturbance = [];

    public int Run(bool json)
    {
        int cores = TwoCores.Confine();
        TextWriter progress = json ? Console.Error : Console.Out;
        progress.WriteLine(Machine.Describe(cores));
        List<Comparison> rows = [];
        try
        {
            int plain = Add(new ChildContestant("plain TorchSharp loop, batch 64", ContestantCommand.OfPlainLoop(data, Microbatch, Steps(Microbatch))));
            int alone = Actors(workers: 1, shards: 1);
            int oneOfTwo = Actors(workers: 1, shards: 2);
            int two = Actors(workers: 2, shards: 2);
            int oneOfFour = Actors(workers: 1, shards: 4);
            int twoOfFour = Actors(workers: 2, shards: 4);
            int? pytorch = PyTorch();
            TakeTurns(progress);

            rows.Add(Compare("(a) one worker against a plain loop", alone, plain, 1.0));
            rows.Add(Compare("(b) two workers against one, the same job", two, oneOfTwo, 1.8));
            rows.Add(Compare("(b) the same with four shards", twoOfFour, oneOfFour, null));
            if (pytorch is { } peer)
            {
                rows.Add(Compare("(c) two workers against PyTorch DDP", two, peer, 2.0));
            }
        }
        finally
        {
            contestants.ForEach(contestant => contestant.Dispose());
        }

        rows.Add(ExchangeBenchmark.Measure(rounds, exchanges: 1_000, new(), progress) with { Name = "(d) exchange against a bare socket" });
        Figures others = Figures.Of(disturbance);
        progress.WriteLine($"others took {others.Median:0%} of the machine in the median turn, {others.Max:0%} at most");
        Report.Print(Console.Out, rows, missing, json);
        return 0;
    }

    private int Actors(int workers, int shards)
    {
        int batch = shards * Microbatch;
        string name = $"DistTrain, {workers} worker{(workers == 1 ? "" : "s")}, global batch {batch} in {shards} shard{(shards == 1 ? "" : "s")}";
        return Add(new ChildContestant(name, ContestantCommand.OfActors(data, workers, shards, batch, Steps(batch))));
    }

    private int? PyTorch()
    {
        if (PyTorchContestant.Obstacle(peers, python) is { } obstacle)
        {
            missing.Add(new NotMeasured("(c) two workers against PyTorch DDP", obstacle));
            return null;
        }

        return Add(new PyTorchContestant(PyTorchContestant.Script(peers!), python, data, Microbatch));
    }

    private int Add(IContestant contestant)
    {
        contestants.Add(contestant);
        throughputs.Add([]);
        return contestants.Count - 1;
    }

    private int Steps(int batch) => (samples + batch - 1) / batch;

    private void TakeTurns(TextWriter progress)
    {
        var others = new OtherLoad([.. contestants.OfType<ChildContestant>().Select(contestant => contestant.Process)]);
        for (int round = 1; round <= rounds; round++)
        {
            for (int i = 0; i < contestants.Count; i++)
            {
                _ = others.Since();
                double throughput = contestants[i].Round();
                throughputs[i].Add(throughput);
                double? share = others.Since();
                disturbance.Add(share ?? 0);
                progress.WriteLine($"round {round}: {contestants[i].Name}: {throughput:#,0} samples/s; others took {share:0%} of the machine");
            }
        }
    }

    private Comparison Compare(string name, int measured, int against, double? target) =>
        new(name, "samples/s", SideOf(measured), SideOf(against), target);

    private Side SideOf(int contestant) => new(contestants[contestant].Name, Figures.Of(throughputs[contestant]));
}
