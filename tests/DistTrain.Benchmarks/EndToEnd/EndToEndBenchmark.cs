using DistTrain.Benchmarks.Contestants;
using DistTrain.Benchmarks.Exchange;
using DistTrain.Benchmarks.Measuring;
using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Benchmarks.EndToEnd;

/// <summary>
/// Lets contestants train in turns, A B C A B C, each in processes of its own, and compares the medians. Only steps
/// count: not start-up, not the warm-up before the first round, not the evaluation after the last step. And only turns
/// on two whole cores, see <see cref="CoreControl"/>; the medians over all turns are printed beside.
/// </summary>
/// <param name="data">Folder of MNIST.</param>
/// <param name="peers">Folder of the PyTorch programs, if there is one.</param>
/// <param name="python">Interpreter for them.</param>
/// <param name="samples">Of one turn.</param>
internal sealed class EndToEndBenchmark(string data, string? peers, string python, int rounds, int samples)
{
    /// <summary>Turns on two whole cores that a side needs, or all its turns count.</summary>
    public const int FewestWhole = 3;

    private const int Microbatch = 64;

    /// <summary>Rounds are added while the cores are shared, up to this many times what was asked for.</summary>
    private const int Patience = 3;

    private readonly CoreControl control = new();
    private readonly List<Turns> contestants = [];
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
            Turns plain = Plain(ModelCatalog.Modern);
            Turns plainClassic = Plain(ModelCatalog.Classic);
            Turns simd = Actors(EngineFactory.SimdName, workers: 1, shards: 1);
            Turns simdClassic = Actors(EngineFactory.SimdName, workers: 1, shards: 1, ModelCatalog.Classic);
            Turns torch = Actors(EngineFactory.TorchName, workers: 1, shards: 1);
            Turns simdOne = Actors(EngineFactory.SimdName, workers: 1, shards: 4);
            Turns simdTwo = Actors(EngineFactory.SimdName, workers: 2, shards: 4);
            Turns torchOne = Actors(EngineFactory.TorchName, workers: 1, shards: 2);
            Turns torchTwo = Actors(EngineFactory.TorchName, workers: 2, shards: 2);
            Turns? pytorch = PyTorch();
            TakeTurns(progress);

            rows.Add(Compare("(a) one worker against a plain loop", simd, plain, 1.0));
            rows.Add(Compare("(a) the same, classic variant", simdClassic, plainClassic, 1.0));
            rows.Add(Compare("(a) the same, engine torch", torch, plain, 1.0));
            rows.Add(Compare("(b) two workers against one, the same job", simdTwo, simdOne, 1.8));
            rows.Add(Compare("(b) the same, engine torch", torchTwo, torchOne, 1.8));
            if (pytorch is not null)
            {
                rows.Add(Compare("(c) two workers against PyTorch DDP", simdTwo, pytorch, 2.0));
                rows.Add(Compare("(c) the same, engine torch", torchTwo, pytorch, 2.0));
            }
        }
        finally
        {
            contestants.ForEach(turns => turns.Contestant.Dispose());
        }

        rows.Add(ExchangeBenchmark.Measure(rounds, exchanges: 1_000, new(), progress) with { Name = "(d) exchange against a bare socket" });
        Figures others = Figures.Of(disturbance);
        progress.WriteLine($"others took {others.Median:0%} of the machine in the median turn, {others.Max:0%} at most");
        Report.Print(Console.Out, rows, missing, json);
        return 0;
    }

    private Turns Plain(string variant) => Add(new ChildContestant(
        $"plain TorchSharp loop, {variant}, batch {Microbatch}", ContestantCommand.OfPlainLoop(data, variant, Microbatch, Steps(Microbatch))));

    private Turns Actors(string engine, int workers, int shards, string variant = ModelCatalog.Modern)
    {
        int batch = shards * Microbatch;
        string name = $"DistTrain, {engine}, {variant}, {workers} worker{(workers == 1 ? "" : "s")}, batch {batch} in {shards} shard{(shards == 1 ? "" : "s")}";
        JobSpec job = ActorTraining.Job(workers, shards, batch) with { Engine = engine, Variant = variant };
        return Add(new ChildContestant(name, ContestantCommand.OfActors(data, job, Steps(batch))));
    }

    private Turns? PyTorch()
    {
        if (PyTorchContestant.Obstacle(peers, python) is { } obstacle)
        {
            missing.Add(new NotMeasured("(c) two workers against PyTorch DDP", obstacle));
            return null;
        }

        return Add(new PyTorchContestant(PyTorchContestant.Script(peers!), python, data, Microbatch));
    }

    private Turns Add(IContestant contestant)
    {
        contestants.Add(new Turns(contestant, control));
        return contestants[^1];
    }

    private int Steps(int batch) => (samples + batch - 1) / batch;

    private void TakeTurns(TextWriter progress)
    {
        var others = new OtherLoad([.. contestants.Select(turns => turns.Contestant).OfType<ChildContestant>().Select(contestant => contestant.Process)]);
        for (int round = 1; round <= rounds || (round <= Patience * rounds && contestants.Exists(turns => turns.Lacks(rounds))); round++)
        {
            // Beyond what was asked for, only those still take turns that lack some on two whole cores.
            foreach (Turns turns in contestants.Where(turns => round <= Math.Min(rounds, turns.Contestant.MostTurns) || turns.Lacks(rounds)))
            {
                _ = others.Since();
                (double throughput, double cores) = turns.Take();
                double? share = others.Since();
                disturbance.Add(share ?? 0);
                progress.WriteLine(
                    $"round {round}: {turns.Contestant.Name}: {throughput:#,0} samples/s; the slower core at {cores / control.Best:0%}, others took {share:0%} of the machine");
            }
        }
    }

    private static Comparison Compare(string name, Turns measured, Turns against, double? target) =>
        new(name, "samples/s", measured.Figures(), against.Figures(), target);
}
