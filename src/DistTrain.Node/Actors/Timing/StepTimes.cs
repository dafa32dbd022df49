using DistTrain.Protocol.Control;
using DistTrain.Training.Timing;

namespace DistTrain.Node.Actors.Timing;

/// <summary>
/// Where the time of one worker or partition goes in one run, read off a clock, and told to the run in messages. Used by one
/// thread at a time; allocates for messages and spans only.
/// </summary>
/// <param name="tracedUntil">Spans are told of steps up to this one; 0 for none.</param>
internal sealed class StepTimes(TimeProvider time, long tracedUntil)
{
    /// <summary>Messages to the run a second: five.</summary>
    public static readonly TimeSpan TellEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>A message of so many spans is far below what a frame of the control plane may hold.</summary>
    private const int ManySpans = 1000;

    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long NanosecondsPerTick = NanosecondsPerSecond / TimeSpan.TicksPerSecond;

    private readonly TimeDivision division = new(tracedUntil);

    // One reading of both clocks: spans of a run keep their distances even if the clock of the day is set.
    private readonly long timestampThen = time.GetTimestamp();
    private readonly long unixThen = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick;

    /// <summary>Whether there are so many spans that they should be told before others come.</summary>
    public bool HasMany => division.Spans.Count >= ManySpans;

    public long Now() => time.GetTimestamp();

    public void Begin(long timestamp) => division.Begin(timestamp);

    /// <summary>What has passed since the last call goes to this part.</summary>
    public void Until(StepPart part, long step, int shard = -1) => division.Until(part, time.GetTimestamp(), step, shard);

    /// <summary>The same up to a timestamp of this clock.</summary>
    public void Until(StepPart part, long timestamp, long step, int shard) => division.Until(part, timestamp, step, shard);

    /// <summary>The sums so far, and the spans since the last call, for a message that says whose they are.</summary>
    public TimesTold Take()
    {
        var told = new TimesTold();
        foreach (long ticks in division.Parts)
        {
            told.Seconds.Add((double)ticks / time.TimestampFrequency);
        }

        foreach (StepSpan span in division.Spans)
        {
            long began = UnixNanoseconds(span.Began);
            var traced = new TracedSpan
            {
                Part = (uint)span.Part,
                Step = (ulong)span.Step,
                Began = (ulong)began,
                Duration = (ulong)(UnixNanoseconds(span.Ended) - began),
            };
            if (span.Shard >= 0)
            {
                traced.Shard = (uint)span.Shard;
            }

            told.Spans.Add(traced);
        }

        division.ForgetSpans();
        return told;
    }

    private long UnixNanoseconds(long timestamp) =>
        unixThen + (long)((Int128)(timestamp - timestampThen) * NanosecondsPerSecond / time.TimestampFrequency);
}
