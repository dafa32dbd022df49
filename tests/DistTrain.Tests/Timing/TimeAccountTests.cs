using DistTrain.Node.Actors.Coordinator;
using DistTrain.Protocol.Client;
using DistTrain.Protocol.Control;

namespace DistTrain.Tests.Timing;

public sealed class TimeAccountTests
{
    [Fact]
    public void A_message_that_comes_twice_changes_nothing()
    {
        var account = new TimeAccount();
        account.Take(Told(1, 3), TimeSpan.FromSeconds(1));
        List<TimeSplit> once = [.. account.Totals()];

        account.Take(Told(1, 3), TimeSpan.FromSeconds(1));

        Assert.Equal(once, account.Totals());
    }

    [Fact]
    public void Of_late_forgets_what_was_long_ago()
    {
        var account = new TimeAccount();
        for (int second = 1; second <= 10; second++)
        {
            account.Take(Told(1, wait: second * 0.25), TimeSpan.FromSeconds(second));
        }

        Assert.Equal(2.5, Assert.Single(account.Totals()).Wait, 9);
        Assert.InRange(Assert.Single(account.OfLate()).Wait, 0.25, 0.5);
    }

    [Fact]
    public void Workers_come_before_partitions_and_each_by_its_number()
    {
        var account = new TimeAccount();
        foreach (uint worker in new uint[] { 0, 2, 1 })
        {
            account.Take(Told(worker, 1), TimeSpan.Zero);
        }

        Assert.Equal([("worker", 1u), ("worker", 2u), ("partition", 0u)], account.Totals().Select(split => (split.Role, split.Number)));
    }

    private static TimesTold Told(uint worker, double wait)
    {
        var told = new TimesTold { Worker = worker };
        told.Seconds.Add(wait);
        return told;
    }
}
