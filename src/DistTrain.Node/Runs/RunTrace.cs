using System.Globalization;
using System.Text.Json;
using DistTrain.Protocol.Control;
using DistTrain.Training.Timing;

namespace DistTrain.Node.Runs;

/// <summary>
/// The spans of a run's first steps, for <c>trace.json</c>: Chrome's trace event format, as Perfetto and chrome://tracing open it. A
/// row for each worker and each partition; rows are numbered from 1, since thread 0 is every system's idle one to Perfetto.
/// </summary>
public sealed class RunTrace
{
    private const int Workers = 1;
    private const int Partitions = 2;

    private readonly List<(int Process, uint Row, TracedSpan Span)> spans = [];

    /// <summary>Steps of which every span is kept: 2,000, fewer with more than 16 shards, so that a viewer can still open the file.</summary>
    public static long MostSteps(int shards) => Math.Clamp(32_000 / shards, 1, 2_000);

    public void Add(TimesTold told)
    {
        foreach (TracedSpan span in told.Spans)
        {
            spans.Add(told.Worker > 0 ? (Workers, told.Worker, span) : (Partitions, told.Partition + 1, span));
        }
    }

    /// <summary>Writes all there is; a file that is there is replaced as a whole.</summary>
    /// <param name="lastStep">Workers begin one more, which nobody wants.</param>
    /// <param name="workers">What to call each worker, by its number.</param>
    public void Write(string path, long lastStep, IReadOnlyDictionary<uint, string> workers)
    {
        string temporary = path + ".tmp";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        using (var json = new Utf8JsonWriter(file))
        {
            Write(json, [.. spans.Where(at => at.Span.Step <= (ulong)lastStep).OrderBy(at => at.Span.Began)], workers);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static void Write(Utf8JsonWriter json, (int Process, uint Row, TracedSpan Span)[] kept, IReadOnlyDictionary<uint, string> workers)
    {
        // Viewers read times into doubles: nanoseconds since 1970 would not fit, those since the first span do.
        ulong zero = kept.Length == 0 ? 0 : kept[0].Span.Began;
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ms");
        json.WriteStartObject("otherData");
        json.WriteString("unixMicrosecondsAtZero", (zero / 1000m).ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteStartArray("traceEvents");
        Name(json, "process_name", Workers, 0, "workers");
        Name(json, "process_name", Partitions, 0, "parameter servers");
        foreach ((int process, uint row) in kept.Select(at => (at.Process, at.Row)).Distinct().Order())
        {
            Name(json, "thread_name", process, row, process == Workers ? workers[row] : $"partition {row - 1}");
        }

        foreach ((int process, uint row, TracedSpan span) in kept)
        {
            json.WriteStartObject();
            json.WriteString("name", ((StepPart)span.Part).ToString().ToLowerInvariant());
            json.WriteString("ph", "X");
            json.WriteNumber("ts", (span.Began - zero) / 1000m);
            json.WriteNumber("dur", Apart(span.Duration) / 1000m);
            json.WriteNumber("pid", process);
            json.WriteNumber("tid", row);
            json.WriteStartObject("args");
            json.WriteNumber("step", span.Step);
            if (span.HasShard)
            {
                json.WriteNumber("shard", span.Shard);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>
    /// A nanosecond less. One span begins where another ends, and viewers reckon with doubles: an end that comes out a little after the
    /// next beginning is a span within a span to them, and they drop it or draw all that follows below it.
    /// </summary>
    private static ulong Apart(ulong duration) => duration == 0 ? 0 : duration - 1;

    private static void Name(Utf8JsonWriter json, string what, int process, uint row, string name)
    {
        json.WriteStartObject();
        json.WriteString("name", what);
        json.WriteString("ph", "M");
        json.WriteNumber("pid", process);
        json.WriteNumber("tid", row);
        json.WriteStartObject("args");
        json.WriteString("name", name);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
