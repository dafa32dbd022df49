namespace DistTrain.Training.Timing;

/// <summary>
/// Divides all time since a beginning among the parts of steps: each call gives what has passed since the one before
/// to one part. So no time is counted twice or left out, and spans do not overlap, whatever the clock does.
/// </summary>
/// <param name="tracedUntil">Spans are kept of steps up to this one; 0 for none, and then nothing is ever allocated.</param>
public sealed class TimeDivision(long tracedUntil)
{
    private readonly long[] parts = new long[Enum.GetValues<StepPart>().Length];
    private readonly List<StepSpan> spans = [];

    /// <summary>Whether time is being counted.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Timestamp of the beginning.</summary>
    public long Began { get; private set; }

    /// <summary>Timestamp up to which time has been given to parts.</summary>
    public long Reached { get; private set; }

    /// <summary>Ticks given to all parts.</summary>
    public long Total => Reached - Began;

    /// <summary>Ticks given to each part, by its number.</summary>
    public ReadOnlySpan<long> Parts => parts;

    /// <summary>Those that nobody has taken yet, in the order of time.</summary>
    public IReadOnlyList<StepSpan> Spans => spans;

    /// <summary>Counts from here on; only the first call counts.</summary>
    public void Begin(long timestamp)
    {
        if (!HasBegun)
        {
            HasBegun = true;
            Began = Reached = timestamp;
        }
    }

    /// <summary>Gives the time up to a timestamp to one part; a timestamp that has been passed already changes nothing.</summary>
    public void Until(StepPart part, long timestamp, long step, int shard = -1)
    {
        if (!HasBegun || timestamp <= Reached)
        {
            return;
        }

        long began = Reached;
        parts[(int)part] += timestamp - began;
        Reached = timestamp;
        if (step > tracedUntil)
        {
            return;
        }

        if (spans.Count > 0 && spans[^1] is var last && (last.Part, last.Step, last.Shard, last.Ended) == (part, step, shard, began))
        {
            spans[^1] = last with { Ended = timestamp };
        }
        else
        {
            spans.Add(new StepSpan(part, step, shard, began, timestamp));
        }
    }

    /// <summary>They were told to whoever collects them.</summary>
    public void ForgetSpans() => spans.Clear();
}
