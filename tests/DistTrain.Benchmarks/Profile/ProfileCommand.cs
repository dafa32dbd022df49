using System.CommandLine;
using System.Diagnostics;
using DistTrain.Benchmarks.Contestants;
using DistTrain.Benchmarks.Measuring;
using DistTrain.Benchmarks.Observing;
using DistTrain.Node.Hosting;
using DistTrain.Training.Jobs;

namespace DistTrain.Benchmarks.Profile;

/// <summary>Where the time of a step goes, and which threads burn it.</summary>
internal static class ProfileCommand
{
    public static Command Create()
    {
        var data = new Option<string?>("--data") { Description = "Folder with MNIST's four IDX files" };
        var workers = new Option<int>("--workers") { Description = "Worker actors", DefaultValueFactory = _ => 2 };
        var shards = new Option<int>("--shards") { Description = "Shards; a multiple of the workers", DefaultValueFactory = _ => 2 };
        var batch = new Option<int>("--microbatch") { Description = "Samples of a shard in a step", DefaultValueFactory = _ => 64 };
        var steps = new Option<int>("--steps") { Description = "At most an epoch's, after as many for warming up", DefaultValueFactory = _ => 400 };
        var command = new Command("profile", "Train in this process and show where a step's time goes: engine, waiting, handing over; and the CPU time of every thread.")
        {
            data, workers, shards, batch, steps,
        };
        command.SetAction((parse, _) => RunAsync(
            Places.Mnist(parse.GetValue(data)),
            ActorTraining.Job(parse.GetValue(workers), parse.GetValue(shards), parse.GetValue(shards) * parse.GetValue(batch)),
            parse.GetValue(steps)));
        return command;
    }

    private static async Task<int> RunAsync(string data, JobSpec job, int steps)
    {
        Console.WriteLine(Machine.Describe(Environment.ProcessorCount));
        List<List<(double, double)>> calls = [];
        await using ActorTraining training = await ActorTraining.StartAsync(data, job, new LocalPlane(), spec =>
        {
            var own = new List<(double, double)>(steps * spec.Shards);
            lock (calls)
            {
                calls.Add(own);
            }

            return new ObservedEngine(WorkerEngines.Create(spec), (began, ended) => own.Add((Microseconds(began), Microseconds(ended))));
        });
        await training.TrainAsync(steps);
        calls.Clear();
        GC.Collect();
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        int collections = GC.CollectionCount(0);
        Dictionary<(string Name, int Thread), double> before = ThreadTimes.Now();
        (long samples, double seconds) = await training.TrainAsync(steps);
        Dictionary<(string Name, int Thread), double> after = ThreadTimes.Now();

        Console.WriteLine($"{job.Workers} workers, {job.Shards} shards, global batch {job.BatchSize}: {samples / seconds:#,0} samples/s");
        Print(StepTimes.Of(calls, job.Shards / job.Workers));
        Console.WriteLine(
            $"allocated {(GC.GetTotalAllocatedBytes(precise: true) - allocated) / steps:#,0} bytes a step, run's beginning and end included; "
            + $"{GC.CollectionCount(0) - collections} collections");
        Console.WriteLine($"CPU time of threads over {seconds:0.00} s of training, beginning and end of the run included:");
        foreach (((string name, int thread), double time) in after.OrderByDescending(entry => entry.Value - before.GetValueOrDefault(entry.Key)).Take(12))
        {
            Console.WriteLine($"  {name,-16} {thread,8} {time - before.GetValueOrDefault((name, thread)),6:0.00} s");
        }

        return 0;
    }

    private static double Microseconds(long timestamp) => timestamp * 1e6 / Stopwatch.Frequency;

    private static void Print(StepTimes times)
    {
        Print("step", times.Step, times);
        Print("in the engine", times.Compute, times);
        Print("between own shards", times.Between, times);
        Print("first waits for last", times.Wait, times);
        Print("handing over", times.Handoff, times);
        Print("last begins later", times.Skew, times);
    }

    private static void Print(string name, Figures figures, StepTimes of) => Console.WriteLine(
        $"  {name,-22} median {figures.Median,8:0.0} us ({figures.Median / of.Step.Median,4:0%} of a step), min {figures.Min:0.0}, max {figures.Max:#,0.0}");
}
