using DistTrain.Benchmarks.Contestants;
using DistTrain.Benchmarks.Exchange;
using DistTrain.Benchmarks.Measuring;
using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Benchmarks.EndToEnd;

/// <summary>
/// Lets contestants train in turns, A B C A B C, each in processes of its own that live as long as its turn, and
/// compares the medians. Only steps count: not start-up, not the warm-up, not the evaluation after the last step. And
/// only turns on two whole cores, see <see cref="CoreControl"/>; the medians over all turns are printed beside.
/// </summary>
/// <param name="data">Folder of MNIST.</param>
/// <param name="peers">Folder of the PyTorch programs, if there is one.</param>
/// <param name="python">Interpreter for them.</param>
/// <param name="samples">Of one turn.</param>
/// <param name="rest">Before each turn.</param>
/// <param name="rowsWanted">Letters of the comparisons to make.</param>
internal sealed class EndToEndBenchmark(string data, string? peers, string python, int rounds, int samples, TimeSpan rest, string rowsWanted)
{
    /// <summary>Turns on two whole cores that both sides need, or all turns count.</summary>
    public const int FewestWhole = 3;

    private const int Microbatch = 64;

    /// <summary>Rounds are added while the cores are shared, up to this many times what was asked for.</summary>
    private const int Patience = 3;

    private readonly CoreControl control = new();
    private readonly List<Turns> contestants = [];
    private readonly List<Func<Comparison>> comparisons = [];
    private readonly List<NotMeasured> missing = [];
    private readonly List<double> disturbance = [];

    public int Run(bool json)
    {
        int cores = TwoCores.Confine();
        TextWriter progress = json ? Console.Error : Console.Out;
        progress.WriteLine(Machine.Describe(cores));
        List<Comparison> rows = [];
        Enter();
        TakeTurns(progress);
        rows.AddRange(comparisons.Select(compare => compare()));
        if (rowsWanted.Contains('d'))
        {
            rows.Add(ExchangeBenchmark.Measure(rounds, exchanges: 1_000, new(), progress) with { Name = "(d) exchange against a bare socket" });
        }

        Figures others = Figures.Of(disturbance);
        progress.WriteLine($"others took {others.Median:0%} of the machine in the median turn, {others.Max:0%} at most");
        Report.Print(Console.Out, rows, missing, json);
        return 0;
    }

    /// <summary>Chooses who is needed for the rows that are wanted.</summary>
    private void Enter()
    {
        if (rowsWanted.Contains('a'))
        {
            Turns plain = Plain(ModelCatalog.Modern);
            Row("(a) one worker against a plain loop", Actors(EngineFactory.SimdName, workers: 1, shards: 1), plain, 6.0);
            Row("(a) the same, engine torch", Actors(EngineFactory.TorchName, workers: 1, shards: 1), plain, 1.0);
            Row(
                "(a) the same, classic variant",
                Actors(EngineFactory.SimdName, workers: 1, shards: 1, ModelCatalog.Classic),
                Plain(ModelCatalog.Classic),
                3.0);
        }

        if (rowsWanted.Contains('e'))
        {
            EnterProcesses(EngineFactory.SimdName);
            EnterProcesses(EngineFactory.TorchName);
        }

        if (!rowsWanted.Contains('b') && !rowsWanted.Contains('c'))
        {
            return;
        }

        Turns simd = Actors(EngineFactory.SimdName, workers: 2, shards: 4);
        Turns torch = Actors(EngineFactory.TorchName, workers: 2, shards: 2);
        if (rowsWanted.Contains('b'))
        {
            Row("(b) two workers against one, the same job", simd, Actors(EngineFactory.SimdName, workers: 1, shards: 4), 1.9);
            Row("(b) the same against two unconnected trainers", simd, Pair(EngineFactory.SimdName, shards: 4), null);
            Row("(b) two workers against one, engine torch", torch, Actors(EngineFactory.TorchName, workers: 1, shards: 2), 1.8);
            Row("(b) the same against two unconnected trainers", torch, Pair(EngineFactory.TorchName, shards: 2), null);
        }

        if (rowsWanted.Contains('c') && HasPyTorch())
        {
            // The same global batch on both sides.
            Row("(c) two workers against PyTorch DDP", simd, PyTorch(2 * Microbatch), 15.0);
            Row("(c) the same, engine torch", torch, PyTorch(Microbatch), 2.0);
        }
    }

    /// <summary>Two workers, the server and the coordinator, four processes on two processors, against one worker with all else in its process.</summary>
    private void EnterProcesses(string engine)
    {
        const int Shards = 4;
        const int Batch = 512;
        Turns processes = Add(Child(engine, workers: 2, Shards, ModelCatalog.Modern, Batch, processes: true));
        Row($"(e) two worker processes against one worker, {engine}", processes, Add(Child(engine, workers: 1, Shards, ModelCatalog.Modern, Batch)), 1.6);
        Row("(e) the same against two unconnected trainers", processes, Pair(engine, Shards, Batch), null);
    }

    private Turns Plain(string variant) => Add(new ChildContestant(
        $"plain TorchSharp loop, {variant}, batch {Microbatch}", ContestantCommand.OfPlainLoop(data, variant, Microbatch, Steps(Microbatch))));

    private Turns Actors(string engine, int workers, int shards, string variant = ModelCatalog.Modern) => Add(Child(engine, workers, shards, variant));

    private Turns Pair(string engine, int shards, int? batch = null) => Add(new PairContestant(
        $"two trainers of one worker, {engine}, batch {batch ?? shards * Microbatch} in {shards} shards",
        Child(engine, workers: 1, shards, ModelCatalog.Modern, batch)));

    private ChildContestant Child(string engine, int workers, int shards, string variant, int? wanted = null, bool processes = false)
    {
        int batch = wanted ?? shards * Microbatch;
        string name = $"DistTrain, {engine}, {variant}, {workers} worker{(workers == 1 ? "" : "s")}{(processes ? " in processes" : "")}, batch {batch} in {shards} shard{(shards == 1 ? "" : "s")}";
        JobSpec job = ActorTraining.Job(workers, shards, batch) with { Engine = engine, Variant = variant };
        return new ChildContestant(name, processes ? ContestantCommand.OfProcesses(data, job, Steps(batch)) : ContestantCommand.OfActors(data, job, Steps(batch)));
    }

    private bool HasPyTorch()
    {
        if (PyTorchContestant.Obstacle(peers, python) is not { } obstacle)
        {
            return true;
        }

        missing.Add(new NotMeasured("(c) two workers against PyTorch DDP", obstacle));
        return false;
    }

    private Turns PyTorch(int batchOfWorker) => Add(new PyTorchContestant(PyTorchContestant.Script(peers!), python, data, batchOfWorker));

    private Turns Add(IContestant contestant)
    {
        contestants.Add(new Turns(contestant, control, rest));
        return contestants[^1];
    }

    private int Steps(int batch) => (samples + batch - 1) / batch;

    private void TakeTurns(TextWriter progress)
    {
        for (int round = 1; round <= rounds || (round <= Patience * rounds && contestants.Exists(turns => turns.Lacks(rounds))); round++)
        {
            // Beyond what was asked for, only those still take turns that lack some on two whole cores.
            foreach (Turns turns in contestants.Where(turns => round <= Math.Min(rounds, turns.Contestant.MostTurns) || turns.Lacks(rounds)))
            {
                (double throughput, double cores, double? share) = turns.Take();
                disturbance.Add(share ?? 0);
                progress.WriteLine(
                    $"round {round}: {turns.Contestant.Name}: {throughput:#,0} samples/s; the slower core at {cores / control.Best:0%}, others took {share:0%} of the machine");
            }
        }
    }

    private void Row(string name, Turns measured, Turns against, double? target) =>
        comparisons.Add(() =>
        {
            bool wholeAlone = Math.Min(measured.Whole, against.Whole) >= FewestWhole;
            return new Comparison(name, "samples/s", measured.Figures(wholeAlone), against.Figures(wholeAlone), target);
        });
}
