using DistTrain.Node.Actors.Timing;
using DistTrain.Protocol.Control;
using DistTrain.Training.Timing;
using Microsoft.Extensions.Time.Testing;

namespace DistTrain.Tests.Timing;

public sealed class StepTimesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider clock = new(Start);

    [Fact]
    public void Sums_are_seconds_since_the_beginning_in_every_message()
    {
        var times = new StepTimes(clock, tracedUntil: 0);
        times.Begin(times.Now());
        Pass(times, StepPart.Wait, 250);
        Pass(times, StepPart.Backward, 1500);

        _ = times.Take();
        Pass(times, StepPart.Wait, 250);
        TimesTold told = times.Take();

        Assert.Equal([0.5, 0, 0, 1.5, 0, 0, 0, 0], told.Seconds);
        Assert.Empty(told.Spans);
    }

    [Fact]
    public void Spans_are_told_once_by_the_clock_of_the_day()
    {
        var times = new StepTimes(clock, tracedUntil: 5);
        clock.Advance(TimeSpan.FromSeconds(3));
        times.Begin(times.Now());
        clock.Advance(TimeSpan.FromTicks(25));
        times.Until(StepPart.Forward, step: 5, shard: 2);

        TracedSpan span = Assert.Single(times.Take().Spans);

        Assert.Equal((ulong)(Start.ToUnixTimeMilliseconds() + 3000) * 1_000_000, span.Began);
        Assert.Equal(2500UL, span.Duration);
        Assert.Equal((5UL, 2U, (uint)StepPart.Forward), (span.Step, span.Shard, span.Part));
        Assert.Empty(times.Take().Spans);
    }

    [Fact]
    public void Way_there_is_what_passes_outside_the_ways_back()
    {
        var watch = new ForwardWatch(clock);
        watch.Begin(clock.GetTimestamp());
        for (int chunk = 0; chunk < 2; chunk++)
        {
            clock.Advance(TimeSpan.FromTicks(10));
            watch.ForwardEnded();
            clock.Advance(TimeSpan.FromTicks(70));
            watch.BackwardEnded();
        }

        Assert.Equal(20, watch.Ticks);
    }

    private void Pass(StepTimes times, StepPart part, int milliseconds)
    {
        clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        times.Until(part, step: 1);
    }
}
