using System.CommandLine;
using DistTrain.Benchmarks.Contestants;
using DistTrain.Benchmarks.Measuring;
using DistTrain.Benchmarks.Profile;
using DistTrain.Protocol.Client;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Benchmarks.Step;

/// <summary>What a step costs besides the gradients: workers and a partition in one process, with an engine that returns at once.</summary>
internal static class BarrierCommand
{
    public static Command Create()
    {
        var data = new Option<string?>("--data") { Description = "Folder with MNIST's four IDX files" };
        var workers = new Option<int>("--workers") { Description = "Worker actors, with one shard each", DefaultValueFactory = _ => 2 };
        var steps = new Option<int>("--steps") { Description = "Steps of a run, at most an epoch's", DefaultValueFactory = _ => 10_000 };
        var rounds = new Option<int>("--rounds") { Description = "Runs that count, after one that does not", DefaultValueFactory = _ => 5 };
        var command = new Command("barrier", "Train in this process with an engine that returns at once: what a step costs besides the gradients.")
        {
            data, workers, steps, rounds,
        };
        command.SetAction((parse, _) => RunAsync(
            Places.Mnist(parse.GetValue(data)), parse.GetValue(workers), parse.GetValue(steps), parse.GetValue(rounds)));
        return command;
    }

    private static async Task<int> RunAsync(string data, int workers, int steps, int rounds)
    {
        Console.WriteLine(Machine.Describe(Environment.ProcessorCount));
        Console.WriteLine($"{workers} workers with an engine that returns at once, {LeNet5.Modern.Layout.Count:#,0} parameters, {rounds} runs of {steps:#,0} steps; microseconds a step");
        JobSpec job = ActorTraining.Job(workers, workers, workers);
        var trace = new StepTrace(steps, callsInStep: 1, _ => new IdleEngine(LeNet5.Modern.Layout.Count));
        await using ActorTraining training = await ActorTraining.StartAsync(data, job, new Node.Hosting.LocalPlane(), trace.CreateEngine);
        await training.TrainFullyAsync(steps);
        List<double> whole = [], sums = [], rest = [], allocated = [], allocatedByWorkers = [];
        for (int round = 0; round < rounds; round++)
        {
            trace.Clear();
            Summary summary = await training.TrainFullyAsync(steps);
            TimeSplit server = summary.TimeSplit.Single(split => split.Role == "partition");
            whole.Add(trace.Seconds * 1e6 / steps);
            sums.Add((server.Reduce + server.Apply) * 1e6 / steps);
            rest.Add(whole[^1] - sums[^1]);
            allocated.Add(trace.AllocatedInStep);
            allocatedByWorkers.Add(trace.AllocatedByWorkersInStep);
            foreach (TimeSplit split in summary.TimeSplit)
            {
                Console.WriteLine(Line(split, steps));
            }
        }

        Print("step", whole);
        Print("tree, optimizer and account", sums);
        Print("all else: the barrier", rest);
        Print("bytes allocated", allocated);
        Print("of them on workers' threads", allocatedByWorkers);
        return 0;
    }

    private static string Line(TimeSplit split, int steps)
    {
        string Part(string name, double seconds) => $"{name} {seconds * 1e6 / steps,5:0.0}";
        return $"  {split.Role,-9} {split.Number}: {Part("wait", split.Wait)}, {Part("load", split.Load)}, {Part("engine", split.Forward + split.Backward)}, "
            + $"{Part("send", split.Send)}, {Part("queue", split.Queue)}, {Part("reduce", split.Reduce)}, {Part("apply", split.Apply)}";
    }

    private static void Print(string name, List<double> values)
    {
        var figures = Figures.Of(values);
        Console.WriteLine($"{name,-28} median {figures.Median,7:0.0}, min {figures.Min:0.0}, max {figures.Max:0.0}");
    }
}
