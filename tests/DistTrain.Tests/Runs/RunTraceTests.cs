using System.Text.Json;
using DistTrain.Node.Runs;
using DistTrain.Protocol.Control;

namespace DistTrain.Tests.Runs;

public sealed class RunTraceTests
{
    [Theory]
    [InlineData(1, 2000)]
    [InlineData(16, 2000)]
    [InlineData(32, 1000)]
    [InlineData(1024, 31)]
    [InlineData(100_000, 1)]
    public void Steps_are_fewer_the_more_shards_there_are(int shards, long expected) => Assert.Equal(expected, RunTrace.MostSteps(shards));

    [Fact]
    public void Times_count_from_the_first_event_and_keep_their_nanoseconds()
    {
        var trace = new RunTrace();
        trace.Add(Told(worker: 0, Span(step: 1, began: 1_767_225_600_123_457_000, duration: 7)));
        trace.Add(Told(worker: 3, Span(step: 1, began: 1_767_225_600_123_456_789, duration: 1_000_001), Span(step: 2, began: 1_767_225_601_000_000_000, duration: 1)));
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "trace.json");

        trace.Write(file, lastStep: 1, new Dictionary<uint, string> { [3] = "worker 3" });

        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(file));
        Assert.Equal("1767225600123456.789", json.RootElement.GetProperty("otherData").GetProperty("unixMicrosecondsAtZero").GetString());
        JsonElement[] events = [.. json.RootElement.GetProperty("traceEvents").EnumerateArray()];
        Assert.Equal(
            [("workers", 1, 0), ("parameter servers", 2, 0), ("worker 3", 1, 3), ("partition 0", 2, 1)],
            events.Where(e => e.GetProperty("ph").GetString() == "M")
                .Select(e => (e.GetProperty("args").GetProperty("name").GetString()!, e.GetProperty("pid").GetInt32(), e.GetProperty("tid").GetInt32())));
        Assert.Equal(
            [(0m, 1000m, 1), (0.211m, 0.006m, 2)],
            events.Where(e => e.GetProperty("ph").GetString() == "X")
                .Select(e => (e.GetProperty("ts").GetDecimal(), e.GetProperty("dur").GetDecimal(), e.GetProperty("pid").GetInt32())));
        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }

    /// <summary>Perfetto makes whole nanoseconds of products of doubles, others add doubles.</summary>
    [Fact]
    public void Spans_that_follow_each_other_do_not_overlap_in_doubles()
    {
        const int Spans = 5_000;
        var random = new Random(1);
        var trace = new RunTrace();
        ulong at = 1_767_225_600_123_456_789;
        for (int i = 0; i < Spans; i++)
        {
            ulong duration = (ulong)random.Next(0, 3_000_000);
            trace.Add(Told(worker: 1, Span(step: 1, at, duration)));
            at += duration;
        }

        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "trace.json");
        trace.Write(file, lastStep: 1, new Dictionary<uint, string> { [1] = "worker 1" });

        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(file));
        (double At, double Duration)[] events = [.. json.RootElement.GetProperty("traceEvents").EnumerateArray()
            .Where(e => e.GetProperty("ph").GetString() == "X")
            .Select(e => (e.GetProperty("ts").GetDouble(), e.GetProperty("dur").GetDouble()))];
        Assert.Equal(Spans, events.Length);
        for (int i = 1; i < Spans; i++)
        {
            (double began, double lasted) = events[i - 1];
            Assert.True(began + lasted <= events[i].At);
            Assert.True((long)(began * 1000) + (long)(lasted * 1000) <= (long)(events[i].At * 1000));
        }
    }

    private static TracedSpan Span(ulong step, ulong began, ulong duration) => new() { Part = 2, Step = step, Began = began, Duration = duration };

    private static TimesTold Told(uint worker, params TracedSpan[] spans)
    {
        var told = new TimesTold { Worker = worker };
        told.Spans.AddRange(spans);
        return told;
    }
}
