using DistTrain.Node.Actors.Coordinator;
using DistTrain.Protocol.Client;

namespace DistTrain.Tests.Actors;

public class RunFeedTests
{
    private static RunRecord Step(ulong number) => new() { Step = new StepRecord { Step = number } };

    private static RunRecord End() => new() { Summary = new Summary { Status = "completed" } };

    [Fact]
    public async Task Readers_that_come_early_or_late_see_the_same_records_to_the_summary()
    {
        var feed = new RunFeed(1);
        feed.Publish(RunEvents.Info("a", "first"));
        Task<List<RunRecord>> early = feed.ReadAsync(CancellationToken.None).ToListAsync().AsTask();
        feed.Publish(Step(1));
        feed.Publish(End());
        feed.Publish(Step(2));
        List<RunRecord> late = await feed.ReadAsync(CancellationToken.None).ToListAsync();
        Assert.Equal(await early.WaitAsync(TimeSpan.FromSeconds(10)), late);
        Assert.Equal(3, late.Count);
    }

    [Fact]
    public async Task Steps_beyond_the_limit_fall_away_and_nothing_else_does()
    {
        var feed = new RunFeed(1);
        feed.Publish(RunEvents.Info("a", "first"));
        for (ulong step = 1; step <= 20_500; step++)
        {
            feed.Publish(Step(step));
        }

        feed.Publish(End());
        List<RunRecord> read = await feed.ReadAsync(CancellationToken.None).ToListAsync();
        Assert.Equal("first", read[0].Event.Message);
        Assert.Equal(501ul, read[1].Step.Step);
        Assert.Equal(20_002, read.Count);
    }

    [Fact]
    public async Task Reader_that_is_cancelled_ends()
    {
        using var cancel = new CancellationTokenSource();
        ValueTask<List<RunRecord>> reading = new RunFeed(1).ReadAsync(cancel.Token).ToListAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);
    }
}
