using System.CommandLine;
using DistTrain.Benchmarks.Contestants;
using DistTrain.Benchmarks.Measuring;
using DistTrain.Observing;
using DistTrain.Node.Hosting;

namespace DistTrain.Benchmarks.Memory;

/// <summary>Whether a long run holds more and more: the process at step 100 and a thousand steps later.</summary>
internal static class MemoryCommand
{
    private const int Early = 100;
    private const int Late = 1_100;
    private const int Batch = 64;

    public static Command Create()
    {
        var data = new Option<string?>("--data") { Description = "Folder with MNIST's four IDX files" };
        var command = new Command("memory", $"Train with two workers in this process and show what is held at step {Early} and at step {Late}.") { data };
        command.SetAction((parse, _) => RunAsync(Places.Mnist(parse.GetValue(data))));
        return command;
    }

    private static async Task<int> RunAsync(string data)
    {
        var plane = new ObservedPlane();
        var figures = new List<(int Step, MemoryFigures Figures)>();
        int engines = 0;
        await using ActorTraining training = await ActorTraining.StartAsync(
            data,
            ActorTraining.Job(workers: 2, shards: 2, Batch) with { Epochs = 2 },
            plane,
            spec =>
            {
                // One worker of the two is looked at: with a shard each, its calls are the steps.
                bool first = Interlocked.Increment(ref engines) == 1;
                int step = 0;
                return new ObservedEngine(WorkerEngines.Create(spec), (_, _) =>
                {
                    step++;
                    if (first && step is (Early or Late))
                    {
                        figures.Add((step, MemoryFigures.Now(plane)));
                    }
                });
            });
        await training.TrainAsync(Late + 1);
        foreach ((int step, MemoryFigures at) in figures)
        {
            Console.WriteLine(
                $"step {step,5}: {at.Tensors} live tensors on a worker's thread, {at.Buffers} pooled vectors, "
                + $"{at.ManagedBytes / 1e6:0.0} MB managed, working set {at.WorkingSetBytes / 1e6:0.0} MB");
        }

        return 0;
    }
}
