using CsCheck;
using DistTrain.Training.Timing;

namespace DistTrain.Tests.Timing;

public sealed class TimeDivisionTests
{
    /// <summary>Part, time that passes (a clock may also stand still, or go back), step.</summary>
    private static readonly Gen<(StepPart Part, long Passed, long Step)[]> AnyCalls =
        Gen.Select(Gen.Int[0, 7].Select(part => (StepPart)part), Gen.Long[-5, 40], Gen.Long[1, 4]).Array[0, 60];

    [Fact]
    public void Parts_of_any_calls_sum_up_to_the_whole() => Gen.Select(AnyCalls, Gen.Long[0, 1L << 60]).Sample((calls, began) =>
    {
        var division = new TimeDivision(tracedUntil: 0);
        long furthest = Replay(division, calls, began);

        Assert.Equal(furthest - began, division.Total);
        Assert.Equal(division.Total, division.Parts.ToArray().Sum());
        Assert.Empty(division.Spans);
    });

    [Fact]
    public void Spans_of_any_calls_follow_each_other_without_gaps_and_sum_up_to_their_parts() => AnyCalls.Sample(calls =>
    {
        var division = new TimeDivision(tracedUntil: long.MaxValue);
        Replay(division, calls, began: 1000);

        long at = division.Began;
        foreach (StepSpan span in division.Spans)
        {
            Assert.Equal(at, span.Began);
            Assert.True(span.Ended > span.Began);
            at = span.Ended;
        }

        Assert.Equal(division.Reached, at);
        foreach (StepPart part in Enum.GetValues<StepPart>())
        {
            Assert.Equal(division.Parts[(int)part], division.Spans.Where(span => span.Part == part).Sum(span => span.Ended - span.Began));
        }
    });

    [Fact]
    public void Spans_beyond_the_last_traced_step_are_counted_and_not_kept()
    {
        var division = new TimeDivision(tracedUntil: 2);
        division.Begin(10);

        division.Until(StepPart.Forward, 13, step: 2);
        division.Until(StepPart.Forward, 17, step: 3);

        Assert.Equal([new StepSpan(StepPart.Forward, 2, -1, 10, 13)], division.Spans);
        Assert.Equal(7, division.Parts[(int)StepPart.Forward]);
    }

    [Fact]
    public void Time_before_the_beginning_is_nobodys()
    {
        var division = new TimeDivision(tracedUntil: 9);

        division.Until(StepPart.Wait, 500, step: 1);
        division.Begin(600);
        division.Begin(700);
        division.Until(StepPart.Wait, 800, step: 1);

        Assert.Equal(200, division.Total);
        Assert.Equal(200, division.Parts[(int)StepPart.Wait]);
    }

    private static long Replay(TimeDivision division, (StepPart Part, long Passed, long Step)[] calls, long began)
    {
        division.Begin(began);
        long now = began;
        long furthest = began;
        foreach ((StepPart part, long passed, long step) in calls)
        {
            now += passed;
            furthest = Math.Max(furthest, now);
            division.Until(part, now, step);
        }

        return furthest;
    }
}
