using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using DistTrain.Node.Actors.Dispatch;
using DistTrain.Node.Plane;
using DistTrain.Training.Sharing;

namespace DistTrain.Tests.Actors;

public sealed class OwnThreadDispatcherTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ActorSystem system = ActorSystem.Create("test", "akka { loglevel = OFF, stdout-loglevel = OFF }\n" + Dispatchers.Configuration);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Every_actor_has_one_thread_which_no_other_has()
    {
        var threads = new List<HashSet<Thread>>();
        for (int actor = 0; actor < 4; actor++)
        {
            IActorRef teller = Start(system);
            HashSet<Thread> own = [];
            for (int i = 0; i < 100; i++)
            {
                own.Add((await teller.Ask<Answer>(i, Patience)).By);
            }

            threads.Add(own);
        }

        Assert.All(threads, own => Assert.False(Assert.Single(own).IsThreadPoolThread));
        Assert.Equal(4, threads.SelectMany(own => own).Distinct().Count());
    }

    [Fact]
    public void Messages_of_many_threads_are_all_handled_and_each_threads_in_order()
    {
        const int Senders = 4;
        const int Each = 20_000;
        var handled = new ConcurrentQueue<(int Sender, int Number)>();
        IActorRef actor = system.ActorOf(Props.Create(() => new Recorder(handled)).WithDispatcher(Dispatchers.Compute));
        Thread[] senders = [.. Enumerable.Range(0, Senders).Select(sender => new Thread(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                actor.Tell((sender, i));

                // Now and then its thread has nothing to do, and has to be woken.
                if (i % 50 == 0)
                {
                    Thread.Yield();
                }
            }
        }))];

        Array.ForEach(senders, sender => sender.Start());

        Plane.Wait.Until(() => handled.Count == Senders * Each);
        foreach (var own in handled.GroupBy(message => message.Sender))
        {
            Assert.Equal(Enumerable.Range(0, Each), own.Select(message => message.Number));
        }
    }

    [Fact]
    public async Task Thread_ends_after_its_actor()
    {
        ActorSystem another = ActorSystem.Create("another", "akka { loglevel = OFF, stdout-loglevel = OFF }\n" + Dispatchers.Configuration);
        Thread thread = (await Start(another).Ask<Answer>(0, Patience)).By;
        Assert.True(thread.IsAlive);

        await another.Terminate();

        Plane.Wait.Until(() => !thread.IsAlive);
    }

    /// <summary>Threads that sleep at once, that look a little longer, and that are found awake nearly always.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(1_000)]
    public void Doorbell_wakes_a_sleeper_once_for_each_ring_and_rings_before_the_wait_count(int spinMicroseconds)
    {
        const int Rounds = 2_000;
        var spin = TimeSpan.FromMicroseconds(spinMicroseconds);
        var there = new Doorbell(new AwakeThreads(processors: 2, spin), new WaitingThreads());
        var back = new Doorbell(new AwakeThreads(processors: 2, spin), new WaitingThreads());
        var echo = new Thread(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                there.Wait();
                back.Ring();
            }
        });
        echo.Start();
        for (int i = 0; i < Rounds; i++)
        {
            there.Ring();
            back.Wait();
        }

        Assert.True(echo.Join(Patience));
    }

    /// <summary>What the last look finds has to keep it from sleeping, as nobody else rings.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    public void Doorbell_lets_its_thread_look_and_does_not_sleep_on_what_the_last_look_finds(int spinMicroseconds)
    {
        const int Rounds = 500;
        var lookout = new RingingAtTheEnd(new Doorbell(new AwakeThreads(processors: 2, TimeSpan.FromMicroseconds(spinMicroseconds)), new WaitingThreads()));
        var looking = new Thread(() =>
        {
            WaitingThreads.Lookout = lookout;
            for (int round = 0; round < Rounds; round++)
            {
                lookout.Bell.Wait();
            }
        });

        looking.Start();

        Assert.True(looking.Join(Patience));
        Assert.Equal(Rounds, lookout.Ends);
        Assert.True(spinMicroseconds == 0 || lookout.Looks > Rounds);
    }

    /// <summary>It is asked again and again: where others want its processor it sleeps instead, until the next ring.</summary>
    [Fact]
    public void Doorbell_helps_with_divided_work_while_it_looks_around()
    {
        var waiting = new WaitingThreads();
        var bell = new Doorbell(new AwakeThreads(processors: 2, TimeSpan.FromHours(1)), waiting);
        bool enough = false;
        var looking = new Thread(() =>
        {
            while (!Volatile.Read(ref enough))
            {
                bell.Wait();
            }
        });
        looking.Start();
        var work = new PartsOf20Microseconds();

        Plane.Wait.Until(() =>
        {
            bell.Ring();
            waiting.Run(work);
            return work.DoneBy.ContainsKey(looking);
        });

        Volatile.Write(ref enough, true);
        bell.Ring();
        Assert.True(looking.Join(Patience));
    }

    /// <summary>It would have slept four fifths of it if its spin counted from when it began to wait.</summary>
    [Fact]
    public void Doorbell_goes_on_helping_for_longer_than_it_would_look_around()
    {
        var spin = TimeSpan.FromMilliseconds(5);
        var waiting = new WaitingThreads();
        var bell = new Doorbell(new AwakeThreads(processors: 2, spin), waiting);
        bool enough = false;
        var looking = new Thread(() =>
        {
            while (!Volatile.Read(ref enough))
            {
                bell.Wait();
            }
        });
        looking.Start();
        waiting.Join();
        using var other = new JoinedThread(waiting);

        // Each of its parts takes as long as a fifth of the spin.
        Plane.Wait.Until(() =>
        {
            int byOther = 0;
            bell.Ring();
            waiting.Share(new Parts(50, _ =>
            {
                if (Thread.CurrentThread == looking)
                {
                    byOther++;
                }

                long until = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 1_000);
                while (Stopwatch.GetTimestamp() < until)
                {
                }
            }));
            return byOther > 12;
        });
        waiting.Leave();

        Volatile.Write(ref enough, true);
        bell.Ring();
        Assert.True(looking.Join(Patience));
    }

    /// <summary>Its spin is an hour long: it ends because there are more threads awake than processors.</summary>
    [Fact]
    public void Doorbell_does_not_look_around_where_threads_outnumber_processors()
    {
        var awake = new AwakeThreads(processors: 1, TimeSpan.FromHours(1));
        awake.Enter();
        awake.Enter();
        var bell = new Doorbell(awake, new WaitingThreads());
        var sleeper = new Thread(bell.Wait);
        sleeper.Start();
        Plane.Wait.Until(() => awake.HaveProcessors);

        bell.Ring();

        Assert.True(sleeper.Join(Patience));
        Assert.False(awake.HaveProcessors);
    }

    /// <summary>Its spin is an hour long: it ends because others keep the processors that it yields to them.</summary>
    [Fact]
    public void Doorbell_does_not_look_around_where_others_want_the_processors()
    {
        var awake = new AwakeThreads(processors: 1, TimeSpan.FromHours(1));
        awake.Enter();
        var bell = new Doorbell(awake, new WaitingThreads());
        var sleeper = new Thread(bell.Wait);
        bool enough = false;
        Thread[] others = [.. Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            while (!Volatile.Read(ref enough))
            {
                Thread.SpinWait(100);
            }
        }))];
        Array.ForEach(others, thread => thread.Start());
        try
        {
            sleeper.Start();
            Plane.Wait.Until(() => awake.Count == 0);
        }
        finally
        {
            Volatile.Write(ref enough, true);
            Array.ForEach(others, thread => thread.Join());
            bell.Ring();
        }

        Assert.True(sleeper.Join(Patience));
        Assert.Equal(1, awake.Count);
    }

    public async ValueTask DisposeAsync() => await system.Terminate();

    private static IActorRef Start(ActorSystem system) => system.ActorOf(Props.Create(() => new Teller()).WithDispatcher(Dispatchers.Compute));

    /// <summary>A thread that has joined and does nothing: an owner whom nobody else has joined shares nothing.</summary>
    private sealed class JoinedThread : IDisposable
    {
        private readonly ManualResetEventSlim end = new();
        private readonly Thread thread;

        public JoinedThread(WaitingThreads waiting)
        {
            using var joined = new ManualResetEventSlim();
            thread = new Thread(() =>
            {
                waiting.Join();
                joined.Set();
                end.Wait();
                waiting.Leave();
            });
            thread.Start();
            joined.Wait();
        }

        public void Dispose()
        {
            end.Set();
            thread.Join();
            end.Dispose();
        }
    }

    private sealed class Parts(int parts, Action<int> work) : IDividedWork
    {
        int IDividedWork.Parts => parts;

        public void Do(int part) => work(part);
    }

    private sealed class PartsOf20Microseconds : IDividedWork
    {
        public ConcurrentDictionary<Thread, bool> DoneBy { get; } = new();

        public int Parts => 8;

        public void Do(int part)
        {
            DoneBy[Thread.CurrentThread] = true;
            for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < TimeSpan.FromMicroseconds(20);)
            {
                Thread.SpinWait(10);
            }
        }
    }

    private sealed record Answer(Thread By);

    private sealed class Teller : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(new Answer(Thread.CurrentThread));
    }

    private sealed class Recorder : UntypedActor
    {
        private readonly ConcurrentQueue<(int, int)> handled;

        public Recorder(ConcurrentQueue<(int, int)> handled) => this.handled = handled;

        protected override void OnReceive(object message) => handled.Enqueue(((int, int))message);
    }

    private sealed class RingingAtTheEnd(Doorbell bell) : ILookout
    {
        private bool looking;

        public Doorbell Bell => bell;

        public int Looks { get; private set; }

        public int Ends { get; private set; }

        public void Begin()
        {
            Assert.False(looking);
            looking = true;
        }

        public void Look()
        {
            Assert.True(looking);
            Looks++;
        }

        public void End()
        {
            looking = false;
            Ends++;
            bell.Ring();
        }
    }
}
