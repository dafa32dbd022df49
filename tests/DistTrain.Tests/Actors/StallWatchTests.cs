using DistTrain.Node.Actors.Server;
using Microsoft.Extensions.Time.Testing;

namespace DistTrain.Tests.Actors;

public class StallWatchTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void Step_that_waits_is_due_after_two_seconds_and_every_two_more()
    {
        var watch = new StallWatch(time);
        Advance(1.9);
        Assert.Null(watch.Due());
        Advance(0.2);
        Assert.Equal(2.1, watch.Due()!.Value.TotalSeconds, 0.01);
        Advance(1.9);
        Assert.Null(watch.Due());
        Advance(0.2);
        Assert.Equal(4.2, watch.Due()!.Value.TotalSeconds, 0.01);
        watch.StepApplied();
        Assert.Null(watch.Due());
    }

    [Fact]
    public void Slow_steps_are_given_four_times_what_they_usually_take()
    {
        var watch = new StallWatch(time);
        for (int step = 0; step < 40; step++)
        {
            Advance(1);
            watch.StepApplied();
        }

        Advance(3.9);
        Assert.Null(watch.Due());
        Advance(0.2);
        Assert.NotNull(watch.Due());
    }

    private void Advance(double seconds) => time.Advance(TimeSpan.FromSeconds(seconds));
}
