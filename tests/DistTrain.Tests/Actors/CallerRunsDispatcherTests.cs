using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using DistTrain.Node.Actors.Dispatch;

namespace DistTrain.Tests.Actors;

public sealed class CallerRunsDispatcherTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ActorSystem system = ActorSystem.Create("test", "akka { loglevel = OFF, stdout-loglevel = OFF }\n" + Dispatchers.Configuration);
    private readonly ConcurrentQueue<(object Message, int Thread)> handled = new();
    private readonly Noting noting = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void Message_of_a_thread_of_its_own_is_handled_on_that_thread_before_the_sender_goes_on()
    {
        IActorRef actor = Start();
        int thread = OnItsOwnThread(() =>
        {
            actor.Tell("first");
            Assert.Contains(handled, entry => entry.Message is "first");
        });
        Assert.All(handled, entry => Assert.Equal(thread, entry.Thread));
    }

    [Fact]
    public async Task Message_of_a_pool_thread_is_handled_on_another_of_the_pool()
    {
        IActorRef actor = Start();
        bool onPool = false;
        noting.Handled = _ => onPool = Thread.CurrentThread.IsThreadPoolThread;
        await Task.Run(() => actor.Ask<string>("ask", Patience));
        Assert.True(onPool);
    }

    [Fact]
    public void Message_to_itself_is_handled_after_the_present_one()
    {
        IActorRef actor = Start();
        noting.Handled = message =>
        {
            if (message is "outer")
            {
                actor.Tell("inner");
                Assert.DoesNotContain(handled, entry => entry.Message is "inner");
            }
        };
        OnItsOwnThread(() => actor.Tell("outer"));
        Assert.Equal(["outer", "inner"], handled.Select(entry => entry.Message));
    }

    [Fact]
    public void Messages_to_itself_without_end_do_not_pile_up_on_the_stack()
    {
        IActorRef actor = Start();
        List<int> depths = [];
        noting.Handled = message =>
        {
            depths.Add(new StackTrace().FrameCount);
            if (message is int left && left > 0)
            {
                actor.Tell(left - 1);
            }
        };
        OnItsOwnThread(() => actor.Tell(1_000));
        Assert.Equal(1_001, depths.Count);
        Assert.True(depths.Max() <= depths[0] + 10, $"from {depths[0]} to {depths.Max()} frames");
    }

    [Fact]
    public void Messages_of_many_threads_are_handled_one_at_a_time_and_each_threads_in_order()
    {
        const int Senders = 4;
        const int Each = 5_000;
        IActorRef actor = Start();
        int inside = 0;
        bool overlapped = false;
        noting.Handled = _ =>
        {
            overlapped |= Interlocked.Increment(ref inside) != 1;
            Interlocked.Decrement(ref inside);
        };
        Thread[] senders = [.. Enumerable.Range(0, Senders).Select(sender => new Thread(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                actor.Tell((sender, i));
            }
        }))];
        Array.ForEach(senders, sender => sender.Start());
        Array.ForEach(senders, sender => Assert.True(sender.Join(Patience)));

        // What a sender left while another one was inside is handled by that one, on its way out.
        Plane.Wait.Until(() => handled.Count == Senders * Each);
        Assert.False(overlapped);
        foreach (var own in handled.Select(entry => ((int Sender, int I))entry.Message).GroupBy(message => message.Sender))
        {
            Assert.Equal(Enumerable.Range(0, Each), own.Select(message => message.I));
        }
    }

    public async ValueTask DisposeAsync() => await system.Terminate();

    private IActorRef Start()
    {
        IActorRef actor = system.ActorOf(Props.Create(() => new Recorder(handled, noting)).WithDispatcher(Dispatchers.CallerRuns));

        // Its start is a message too.
        actor.Ask<ActorIdentity>(new Identify(null), Patience).Wait(Patience);
        return actor;
    }

    private static int OnItsOwnThread(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception error)
            {
                failure = error;
            }
        });
        thread.Start();
        Assert.True(thread.Join(Patience));
        Assert.Null(failure);
        return thread.ManagedThreadId;
    }

    private sealed class Noting
    {
        public Action<object>? Handled { get; set; }
    }

    private sealed class Recorder : UntypedActor
    {
        private readonly ConcurrentQueue<(object, int)> handled;
        private readonly Noting noting;

        public Recorder(ConcurrentQueue<(object, int)> handled, Noting noting)
        {
            this.handled = handled;
            this.noting = noting;
        }

        protected override void OnReceive(object message)
        {
            handled.Enqueue((message, Environment.CurrentManagedThreadId));
            noting.Handled?.Invoke(message);
            if (message is "ask")
            {
                Sender.Tell("done");
            }
        }
    }
}
