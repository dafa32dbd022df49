using DistTrain.Node.Actors.Worker;
using Microsoft.Extensions.Time.Testing;

namespace DistTrain.Tests.Actors;

public sealed class JoinWatchTests
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Almost = Within - TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider time = new();
    private readonly List<string> told = [];

    [Fact]
    public void Joining_without_a_sign_of_progress_ends_after_the_time_allowed()
    {
        using var watch = new JoinWatch(Within, time, told.Add);
        time.Advance(Almost);
        Assert.False(watch.Token.IsCancellationRequested);

        time.Advance(Within - Almost);

        Assert.True(watch.Token.IsCancellationRequested);
        Assert.Equal("", watch.Last);
    }

    [Fact]
    public void Time_allowed_is_counted_from_the_last_sign_of_progress()
    {
        using var watch = new JoinWatch(Within, time, told.Add);
        for (int sign = 1; sign <= 20; sign++)
        {
            time.Advance(Almost);
            watch.Report($"{sign}");
        }

        time.Advance(Almost);
        Assert.False(watch.Token.IsCancellationRequested);
        time.Advance(Within - Almost);

        Assert.True(watch.Token.IsCancellationRequested);
        Assert.Equal(20, told.Count);
        Assert.Equal("20", watch.Last);
    }

    [Fact]
    public void Progress_of_what_is_over_is_told_to_nobody()
    {
        var watch = new JoinWatch(Within, time, told.Add);
        CancellationToken token = watch.Token;
        watch.Dispose();
        watch.Report("late");

        Assert.True(token.IsCancellationRequested);
        Assert.Empty(told);
    }
}
