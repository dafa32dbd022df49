using System.Text.Json;
using DistTrain.Protocol.Client;
using DistTrain.Tests.Actors;
using DistTrain.Tests.Reference;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Timing;

/// <summary>Whole runs in this process, looked at through their trace and their sums.</summary>
[Collection(nameof(LibtorchAlone))]
public sealed class TracedRunTests
{
    private sealed record Event(string Name, int Process, int Row, long Begins, long Ends, long Step, int? Shard);

    [Theory]
    [InlineData("simd", 2, 1)]
    [InlineData("simd", 3, 2)]
    [InlineData("torch", 2, 1)]
    public async Task Trace_has_one_way_there_and_one_back_for_each_shard_of_each_step_and_rows_without_overlaps(string engine, int workers, int partitions)
    {
        using var run = new LocalRun();
        JobSpec spec = LocalRun.Small with { Engine = engine, Workers = workers, Partitions = partitions };
        Summary summary = await run.TrainAsync(spec, trace: true);
        Assert.Equal("completed", summary.Status);

        List<Event> events = Read(run, out Dictionary<(int, int), string> rows);

        IEnumerable<(long, int?)> all = from step in Enumerable.Range(1, (int)summary.Steps) from shard in Enumerable.Range(0, spec.Shards) select ((long)step, (int?)shard);
        foreach (string way in new[] { "forward", "backward" })
        {
            Assert.Equal(all, events.Where(e => e.Name == way).Select(e => (e.Step, e.Shard)).Order());
        }

        for (int partition = 0; partition < partitions; partition++)
        {
            Assert.Equal(
                Enumerable.Range(1, (int)summary.Steps).Select(step => (long)step),
                events.Where(e => e.Name == "apply" && e.Process == 2 && e.Row == partition + 1).Select(e => e.Step));
        }

        Assert.Equal(workers + partitions, rows.Count);
        Assert.All(Enumerable.Range(0, partitions), partition => Assert.Equal($"partition {partition}", rows[(2, partition + 1)]));
        Assert.Equal(events.Select(e => e.Begins).Order(), events.Select(e => e.Begins));
        Assert.All(events, e => Assert.True(e.Begins >= 0 && e.Ends >= e.Begins && e.Row > 0, $"{e}"));
        foreach (IGrouping<(int, int), Event> row in events.GroupBy(e => (e.Process, e.Row)))
        {
            Assert.Contains(row.Key, rows.Keys);
            Event[] inTime = [.. row.OrderBy(e => e.Begins)];
            Assert.All(inTime.Zip(inTime.Skip(1)), pair => Assert.True(pair.First.Ends <= pair.Second.Begins, $"{pair}"));
        }
    }

    [Fact]
    public async Task Weights_with_a_trace_are_the_bits_without()
    {
        JobSpec spec = LocalRun.Small with { Partitions = 2 };
        using var traced = new LocalRun();

        Summary summary = await traced.TrainAsync(spec, trace: true);

        Assert.Equal(await LocalRun.DigestOfAsync(spec), summary.WeightsSha256);
        Assert.True(traced.Audit().Clean);
    }

    [Fact]
    public async Task Summary_divides_the_time_of_every_worker_and_partition_and_the_report_shows_it()
    {
        using var run = new LocalRun();

        Summary summary = await run.TrainAsync(LocalRun.Small with { Workers = 2, Partitions = 2 });

        Assert.Equal(
            [("worker", 1u), ("worker", 2u), ("partition", 0u), ("partition", 1u)], summary.TimeSplit.Select(split => (split.Role, split.Number)));
        Assert.All(summary.TimeSplit.Take(2), worker => Assert.True(worker is { Forward: > 0, Backward: > 0, Send: > 0, Reduce: 0, Apply: 0 }));
        Assert.All(summary.TimeSplit.Skip(2), partition => Assert.True(partition is { Reduce: > 0, Apply: > 0, Send: > 0, Forward: 0, Backward: 0, Load: 0 }));
        Assert.Contains("| partition 1 | ", await File.ReadAllTextAsync(Path.Combine(run.Directory, "report.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(run.Directory, "trace.json")));
    }

    private static List<Event> Read(LocalRun run, out Dictionary<(int, int), string> rows)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(run.Directory, "trace.json")));
        var events = new List<Event>();
        rows = [];
        foreach (JsonElement e in json.RootElement.GetProperty("traceEvents").EnumerateArray())
        {
            string name = e.GetProperty("name").GetString()!;
            int process = e.GetProperty("pid").GetInt32();
            int row = e.GetProperty("tid").GetInt32();
            JsonElement args = e.GetProperty("args");
            string phase = e.GetProperty("ph").GetString()!;

            // What names a row comes before anything in it.
            Assert.True(phase is "M" || (phase is "X" && rows.ContainsKey((process, row))), $"{e}");
            Assert.True(phase is "X" || name is "process_name" or "thread_name", $"{e}");
            if (name == "thread_name")
            {
                rows.Add((process, row), args.GetProperty("name").GetString()!);
            }
            else if (phase == "X")
            {
                long begins = (long)(e.GetProperty("ts").GetDecimal() * 1000);
                int? shard = args.TryGetProperty("shard", out JsonElement of) ? of.GetInt32() : null;
                events.Add(new Event(name, process, row, begins, begins + (long)(e.GetProperty("dur").GetDecimal() * 1000), args.GetProperty("step").GetInt64(), shard));
            }
        }

        return events;
    }
}
