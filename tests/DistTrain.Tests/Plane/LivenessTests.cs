using DistTrain.Node.Plane.Sockets;

namespace DistTrain.Tests.Plane;

public sealed class LivenessTests
{
    private static readonly PlaneSocketOptions Options = new();
    private readonly Liveness liveness = new(Options);
    private readonly TimeSpan tick = Liveness.Interval(Options);

    [Fact]
    public void Peer_that_sends_nothing_is_silent_after_the_limit()
    {
        int looks = Count(() => Look(), Liveness.Verdict.Silent);
        Assert.Equal(Options.SilenceLimit, looks * tick);
    }

    [Fact]
    public void Peer_that_sends_now_and_then_is_never_silent()
    {
        for (int look = 0; look < 1000; look++)
        {
            Assert.NotEqual(Liveness.Verdict.Silent, Look(receipts: look / 8));
        }
    }

    [Fact]
    public void Peer_whose_bytes_wait_unread_is_never_silent()
    {
        for (int look = 0; look < 1000; look++)
        {
            Assert.NotEqual(Liveness.Verdict.Silent, Look(unread: true));
        }
    }

    [Fact]
    public void Look_that_comes_an_hour_late_blames_nobody()
    {
        Assert.Equal(Liveness.Verdict.PingDue, liveness.Look(TimeSpan.FromHours(1), 0, false, 0, false, true));
    }

    [Fact]
    public void Peer_that_takes_nothing_stalls_only_if_something_waits()
    {
        int receipts = 0;
        for (int look = 0; look < 1000; look++)
        {
            Assert.NotEqual(Liveness.Verdict.Stalled, Look(receipts: ++receipts));
        }

        int looks = Count(() => Look(receipts: ++receipts, blocked: true), Liveness.Verdict.Stalled);
        Assert.Equal(Options.StallLimit, looks * tick);
    }

    [Fact]
    public void Stranger_is_due_to_announce_itself()
    {
        int receipts = 0;
        int looks = Count(() => Look(receipts: ++receipts, established: false), Liveness.Verdict.Unannounced);
        Assert.Equal(Options.HelloLimit, looks * tick);
    }

    private static int Count(Func<Liveness.Verdict> look, Liveness.Verdict until)
    {
        int looks = 1;
        while (look() != until)
        {
            Assert.True(++looks < 1000);
        }

        return looks;
    }

    private Liveness.Verdict Look(int receipts = 0, bool unread = false, bool blocked = false, bool established = true) =>
        liveness.Look(tick, receipts, unread, 0, blocked, established);
}
