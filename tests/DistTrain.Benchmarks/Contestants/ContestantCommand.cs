using System.CommandLine;
using System.Globalization;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Benchmarks.Contestants;

/// <summary>
/// A contestant in a process of its own, so that no two share a libtorch. It warms up, says so, and makes one round of
/// trainings for each line that it is sent; it ends when its standard input does.
/// </summary>
internal static class ContestantCommand
{
    private const string Ready = "ready";

    /// <summary>
    /// It trains anew until a round has lasted so long, and as long before the first one. One epoch is a quarter of a
    /// second with two workers, and whatever else a machine does shows in it.
    /// </summary>
    private const double SecondsOfRound = 1;

    private static readonly Option<string> Data = new("--data") { Required = true };
    private static readonly Option<int> Workers = new("--workers");
    private static readonly Option<int> Shards = new("--shards");
    private static readonly Option<int> Batch = new("--batch");
    private static readonly Option<int> Steps = new("--steps");
    private static readonly Option<bool> Plain = new("--plain");
    private static readonly Option<bool> Processes = new("--processes");
    private static readonly Option<string> Engine = new("--engine") { DefaultValueFactory = _ => "auto" };
    private static readonly Option<string> Variant = new("--variant") { DefaultValueFactory = _ => ModelCatalog.Modern };

    public static Command Create()
    {
        var command = new Command("contestant", "One side of a comparison, for end-to-end.") { Hidden = true };
        command.Options.Add(Data);
        command.Options.Add(Workers);
        command.Options.Add(Shards);
        command.Options.Add(Batch);
        command.Options.Add(Steps);
        command.Options.Add(Plain);
        command.Options.Add(Processes);
        command.Options.Add(Engine);
        command.Options.Add(Variant);
        command.SetAction((parse, _) => ServeAsync(parse));
        return command;
    }

    public static IReadOnlyList<string> OfPlainLoop(string data, string variant, int batch, int steps) =>
        ["contestant", "--plain", "--data", data, "--variant", variant, "--batch", $"{batch}", "--steps", $"{steps}"];

    public static IReadOnlyList<string> OfActors(string data, JobSpec job, int steps) =>
    [
        "contestant", "--data", data, "--engine", job.Engine, "--variant", job.Variant, "--workers", $"{job.Workers}", "--shards", $"{job.Shards}",
        "--batch", $"{job.BatchSize}", "--steps", $"{steps}",
    ];

    /// <summary>The same with a process for the coordinator, the server and each worker.</summary>
    public static IReadOnlyList<string> OfProcesses(string data, JobSpec job, int steps) => [.. OfActors(data, job, steps), "--processes"];

    /// <summary>Reads the line that says a contestant is warm.</summary>
    public static bool IsReady(string? line) => line == Ready;

    /// <summary>Samples per second of a round, from its line.</summary>
    public static double? Throughput(string? line) =>
        double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out double throughput) ? throughput : null;

    private static async Task<int> ServeAsync(ParseResult parse)
    {
        string data = parse.GetValue(Data)!;
        int batch = parse.GetValue(Batch);
        int steps = parse.GetValue(Steps);
        await using ITraining training = parse.GetValue(Plain)
            ? await PlainTraining.StartAsync(data, parse.GetValue(Variant)!, batch)
            : await StartActorsAsync(data, parse.GetValue(Processes), ActorTraining.Job(parse.GetValue(Workers), parse.GetValue(Shards), batch) with
            {
                Engine = parse.GetValue(Engine)!, Variant = parse.GetValue(Variant)!,
            });
        await ThroughputAsync(training, steps);
        Console.WriteLine(Ready);
        while (Console.ReadLine() is not null)
        {
            Console.WriteLine((await ThroughputAsync(training, steps)).ToString(CultureInfo.InvariantCulture));
        }

        return 0;
    }

    private static async Task<double> ThroughputAsync(ITraining training, int steps)
    {
        (long samples, double seconds) = (0, 0.0);
        while (seconds < SecondsOfRound)
        {
            (long Samples, double Seconds) one = await training.TrainAsync(steps);
            samples += one.Samples;
            seconds += one.Seconds;
        }

        return samples / seconds;
    }

    private static Task<ActorTraining> StartActorsAsync(string data, bool processes, JobSpec job) =>
        processes ? ActorTraining.StartProcessesAsync(data, job) : ActorTraining.StartAsync(data, job);
}
