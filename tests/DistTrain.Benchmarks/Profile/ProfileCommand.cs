using System.CommandLine;
using DistTrain.Benchmarks.Contestants;
using DistTrain.Benchmarks.Measuring;
using DistTrain.Training;
using DistTrain.Training.Jobs;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Benchmarks.Profile;

/// <summary>Where the time of a step goes, and which threads burn it.</summary>
internal static class ProfileCommand
{
    /// <summary>MNIST's.</summary>
    private const int TrainingSamples = 60_000;

    public static Command Create()
    {
        var data = new Option<string?>("--data") { Description = "Folder with MNIST's four IDX files" };
        var workers = new Option<int>("--workers") { Description = "Worker actors", DefaultValueFactory = _ => 2 };
        var shards = new Option<int>("--shards") { Description = "Shards; a multiple of the workers", DefaultValueFactory = _ => 2 };
        var batch = new Option<int>("--microbatch") { Description = "Samples of a shard in a step", DefaultValueFactory = _ => 64 };
        var steps = new Option<int>("--steps")
        {
            Description = $"At most an epoch's, and more than {StepTimes.WarmUp}, the first of which do not count", DefaultValueFactory = _ => 400,
        };
        steps.Validators.Add(result =>
        {
            if (result.GetValue(steps) <= StepTimes.WarmUp + 1)
            {
                result.AddError($"--steps must be more than {StepTimes.WarmUp + 1}");
            }
        });
        var command = new Command(
            "profile", "Train in this process and show where a step's time goes: engine, waiting, handing over; and the CPU time of every thread.")
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
        // A longer run has tests on the test set between its steps, which are not what is measured here.
        int epoch = new EpochPlan(TrainingSamples, job.Shards, job.BatchSize, job.Seed).StepsPerEpoch;
        if (steps > epoch)
        {
            throw new UserErrorException($"--steps is {steps}: an epoch of {job.Shards} shards has {epoch}");
        }

        Console.WriteLine(Machine.Describe(Environment.ProcessorCount));
        var trace = new StepTrace(steps, job.Shards / job.Workers, Node.Hosting.WorkerEngines.Create);
        await using ActorTraining training = await ActorTraining.StartAsync(data, job, new Node.Hosting.LocalPlane(), trace.CreateEngine);
        await training.TrainAsync(steps);
        trace.Clear();
        (long samples, double seconds) = await training.TrainAsync(steps);

        Console.WriteLine($"{job.Workers} workers, {job.Shards} shards, global batch {job.BatchSize}: {samples / seconds:#,0} samples/s");
        StepTimes times = StepTimes.Of(trace.Calls, trace.CallsInStep);
        Print("step", times.Step, times);
        Print("in the engine", times.Compute, times);
        Print("between own shards", times.Between, times);
        Print("first waits for last", times.Wait, times);
        Print("handing over", times.Handoff, times);
        Print("last begins later", times.Skew, times);
        Console.WriteLine($"  all steps {trace.Seconds:0.000} s, before the first and after the last {(seconds - trace.Seconds) * 1e3:0.0} ms");
        Console.WriteLine($"allocated {trace.AllocatedInStep:#,0} bytes a step");
        Console.WriteLine("CPU time of a step by thread:");
        foreach ((string name, double microseconds) in trace.ThreadsInStep().Take(10))
        {
            Console.WriteLine($"  {name,-24} {microseconds,8:0.0} us");
        }

        return 0;
    }

    private static void Print(string name, Figures figures, StepTimes of) => Console.WriteLine(
        $"  {name,-22} median {figures.Median,8:0.0} us ({figures.Median / of.Step.Median,4:0%} of a step), min {figures.Min:0.0}, max {figures.Max:#,0.0}");
}
