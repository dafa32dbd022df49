namespace DistTrain.Node.Plane.Sockets;

/// <summary>
/// Decides from what moved since the last look whether a link lives. Without clock or socket. A look that comes late
/// counts little: then it was this process that stood still, and the peer's bytes may be waiting to be read.
/// </summary>
internal sealed class Liveness(PlaneSocketOptions options)
{
    private TimeSpan age;
    private TimeSpan silent;
    private TimeSpan stalled;
    private TimeSpan quiet;
    private int lastReceipts;
    private int lastSends;

    public enum Verdict
    {
        Fine,
        PingDue,
        Silent,
        Stalled,
        Unannounced,
    }

    /// <summary>How often to look.</summary>
    public static TimeSpan Interval(PlaneSocketOptions options) =>
        TimeSpan.FromTicks(Math.Min(options.PingInterval.Ticks, options.SilenceLimit.Ticks) / 4);

    /// <param name="elapsed">Time since the last look.</param>
    /// <param name="receipts">A count that changes when bytes arrive.</param>
    /// <param name="unread">Whether bytes that arrived wait to be read: the peer lives, its reader here is late.</param>
    /// <param name="sends">A count that changes when bytes were sent.</param>
    /// <param name="blocked">Whether something waits for the peer to take bytes.</param>
    /// <param name="established">Whether HELLO was answered.</param>
    public Verdict Look(TimeSpan elapsed, int receipts, bool unread, int sends, bool blocked, bool established)
    {
        TimeSpan counted = TimeSpan.FromTicks(Math.Min(elapsed.Ticks, 2 * Interval(options).Ticks));
        bool received = receipts != lastReceipts || unread;
        bool sent = sends != lastSends;
        lastReceipts = receipts;
        lastSends = sends;
        age += counted;
        silent = received ? TimeSpan.Zero : silent + counted;
        stalled = sent || !blocked ? TimeSpan.Zero : stalled + counted;
        quiet = sent ? TimeSpan.Zero : quiet + elapsed;
        if (!established)
        {
            return age >= options.HelloLimit ? Verdict.Unannounced : Verdict.Fine;
        }

        if (silent >= options.SilenceLimit)
        {
            return Verdict.Silent;
        }

        if (stalled >= options.StallLimit)
        {
            return Verdict.Stalled;
        }

        return quiet >= options.PingInterval && !blocked ? Verdict.PingDue : Verdict.Fine;
    }
}
