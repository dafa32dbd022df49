using System.Text;
using DistTrain.Node.Plane.SharedMemory;
using DistTrain.Protocol.Plane;

namespace DistTrain.Node.Plane.Sockets;

/// <summary>
/// One end of a link: a thread that reads, and one that sends what callers could not send at once, pings, and watches
/// for silence. Whatever ends the link, the first reason counts, and the handler hears it once.
/// </summary>
internal sealed class Connection
{
    private readonly IByteChannel channel;
    private readonly PlaneSocketOptions options;
    private readonly IFrameHandler handler;
    private readonly FrameReader frames;
    private readonly FrameSender sender;
    private readonly Outbox outbox;
    private readonly Thread reader;
    private readonly Thread writer;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource readerDone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private End? end;

    /// <param name="stateKind">What this side sends states as: STATE or SNAPSHOT.</param>
    /// <param name="name">Name of the threads.</param>
    public Connection(IByteChannel channel, FrameKind stateKind, PlaneSocketOptions options, IFrameHandler handler, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.PieceLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.PieceLength, PlaneProtocol.PieceLimit);
        this.channel = channel;
        this.options = options;
        this.handler = handler;
        frames = new FrameReader(channel);
        sender = new FrameSender(channel, stateKind, options.PieceLength);
        outbox = new Outbox(sender, options.QueueLimit);
        reader = new Thread(Read) { IsBackground = true, Name = $"{name} reader" };
        writer = new Thread(Write) { IsBackground = true, Name = $"{name} writer" };
    }

    private enum Farewell
    {
        /// <summary>Tell the peer the reason, and give it a little time to take it.</summary>
        Goodbye,

        /// <summary>Tell the peer the reason if the channel takes it at once.</summary>
        GoodbyeAtOnce,

        /// <summary>The peer has gone or has said GOODBYE itself.</summary>
        None,
    }

    /// <summary>Done when both threads are through and every buffer was given back.</summary>
    public Task Ended => ended.Task;

    public void Start()
    {
        reader.Start();
        writer.Start();
    }

    /// <summary>From now on gradients or weights are put there as far as there is room.</summary>
    public void ShareMemory(OutgoingSlots slots) => sender.Slots = slots;

    /// <summary>Sends HELLO or WELCOME, before anything else.</summary>
    public void Open(Action<FrameSender> first) => outbox.Open(first);

    /// <summary>Sends a message, now or later, without waiting; owns it in any case.</summary>
    public void Send(in LinkMessage message)
    {
        if (!outbox.Send(message))
        {
            Close($"{handler.PeerName} lets more than {options.QueueLimit} messages wait", Farewell.GoodbyeAtOnce);
        }
    }

    /// <summary>Tells the peer why, and ends the link. Does not wait for it.</summary>
    public void Close(string reason) => Close(reason, Farewell.Goodbye);

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0.0} s";

    private void Close(string reason, Farewell farewell)
    {
        if (Interlocked.CompareExchange(ref end, new End(PlaneProtocol.OneLine(reason), farewell), null) is null)
        {
            outbox.Close();
        }
    }

    private void Read()
    {
        try
        {
            while (Volatile.Read(ref end) is null && frames.ReadHeader())
            {
                Handle();
            }

            Close("the other side closed the connection without a reason", Farewell.None);
        }
        catch (LinkFaultException e)
        {
            Close(e.Message);
        }
        catch (IOException e)
        {
            Close($"the connection broke: {e.Message}", Farewell.None);
        }
        catch (Exception e)
        {
            // A fault of this side's own code: the link cannot go on, the process can.
            Close($"handling a frame failed: {e.GetType().Name}: {e.Message}");
        }

        handler.Ended(Volatile.Read(ref end)!.Reason);
        try
        {
            // With unread bytes in the kernel, closing would reset the connection and might overtake the GOODBYE.
            frames.Drain();
        }
        catch (IOException)
        {
            // Nothing more will come, which is what draining waits for.
        }

        readerDone.SetResult();
    }

    private void Handle()
    {
        switch (frames.Header.Kind)
        {
            case FrameKind.Goodbye:
                byte[] words = new byte[Math.Min(frames.PayloadLength, PlaneProtocol.ReasonLimit)];
                frames.ReadPayload(words);
                Close($"{handler.PeerName} closed the link: {Encoding.UTF8.GetString(words)}", Farewell.None);
                break;
            case FrameKind.Ping when frames.Established:
                frames.ReadPayload(default);
                break;
            default:
                handler.Handle(frames);
                break;
        }
    }

    private void Write()
    {
        TimeSpan interval = Liveness.Interval(options);
        Liveness liveness = new(options);
        long last = options.Time.GetTimestamp();
        Outbox.Turn turn;
        while ((turn = outbox.AwaitTurn(interval)) != Outbox.Turn.Closed)
        {
            bool blocked = turn == Outbox.Turn.Writer && !outbox.Pump(long.MaxValue);
            if (outbox.Failure is { } failure)
            {
                Fail(failure);
                continue;
            }

            if (blocked)
            {
                WaitToSend(interval);
            }

            TimeSpan elapsed = options.Time.GetElapsedTime(last);
            if (elapsed >= interval / 2)
            {
                last += (long)(elapsed.TotalSeconds * options.Time.TimestampFrequency);
                Judge(liveness.Look(elapsed, frames.Receipts, channel.HasUnread, sender.Sends, blocked, frames.Established));
            }
        }

        CloseDown();
    }

    private void Judge(Liveness.Verdict verdict)
    {
        switch (verdict)
        {
            case Liveness.Verdict.PingDue:
                outbox.Ping();
                break;
            case Liveness.Verdict.Silent:
                Close($"no sign of life for {Seconds(options.SilenceLimit)}", Farewell.GoodbyeAtOnce);
                break;
            case Liveness.Verdict.Stalled:
                Close($"{handler.PeerName} took no data for {Seconds(options.StallLimit)}", Farewell.GoodbyeAtOnce);
                break;
            case Liveness.Verdict.Unannounced:
                Close($"{handler.PeerName} sent no {handler.Greeting} within {Seconds(options.HelloLimit)}");
                break;
        }
    }

    private void Fail(Exception failure)
    {
        if (failure is not IOException)
        {
            Close($"sending failed: {failure.Message}");
            return;
        }

        // The peer may have said why before it went: then the reader is about to find its GOODBYE.
        readerDone.Task.Wait(options.CloseGrace);
        Close($"the connection broke: {failure.Message}", Farewell.None);
    }

    private void WaitToSend(TimeSpan timeout)
    {
        try
        {
            channel.WaitToSend(timeout);
        }
        catch (IOException)
        {
            // The next attempt to send fails the same way and deals with it.
        }
    }

    private void CloseDown()
    {
        End closing = Volatile.Read(ref end)!;
        outbox.Seize();
        long started = options.Time.GetTimestamp();
        if (closing.Farewell != Farewell.None && outbox.Failure is not IOException)
        {
            SayGoodbye(closing, started);
        }

        sender.Abandon();
        if (closing.Farewell == Farewell.Goodbye)
        {
            readerDone.Task.Wait(Remaining(started));
        }

        channel.Abort();
        reader.Join();
        channel.Dispose();
        ended.SetResult();
    }

    /// <summary>Completes the frame under way, as the peer could not find the GOODBYE otherwise.</summary>
    private void SayGoodbye(End closing, long started)
    {
        try
        {
            if (Finish() && Begin() && Finish())
            {
                channel.EndSending();
            }
        }
        catch (IOException)
        {
            // The peer has gone: it needs no reason.
        }

        bool Begin()
        {
            sender.Begin(FrameKind.Goodbye, closing.Reason);
            return true;
        }

        bool Finish()
        {
            while (!sender.TryFinishFrame())
            {
                TimeSpan remaining = closing.Farewell == Farewell.Goodbye ? Remaining(started) : TimeSpan.Zero;
                if (remaining == TimeSpan.Zero || !channel.WaitToSend(remaining))
                {
                    return false;
                }
            }

            return true;
        }
    }

    private TimeSpan Remaining(long started)
    {
        TimeSpan left = options.CloseGrace - options.Time.GetElapsedTime(started);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private sealed record End(string Reason, Farewell Farewell);
}
