using System.Collections.Concurrent;
using Akka.Actor;
using DistTrain.Node.Actors.Dispatch;
using DistTrain.Node.Actors.Worker;
using DistTrain.Node.Emulation;
using DistTrain.Node.Plane;
using DistTrain.Protocol.Control;
using DistTrain.Tests.Remoting;
using DistTrain.Training.Buffers;
using DistTrain.Training.Data.Synthetic;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Actors;

/// <summary>A worker in a run whose link has weights that nobody brings: it has to find them itself, between two steps and whenever it was asleep. Meanwhile it lends its processor.</summary>
public sealed class WorkerLookoutTests : IAsyncLifetime
{
    private const ulong Run = 5;
    private const int Parameters = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly BlockingCollection<object> heard = [];
    private readonly LonelyLink link = new();
    private readonly ActorSystem system = ActorSystem.Create("test", "akka { loglevel = OFF, stdout-loglevel = OFF }\n" + Dispatchers.Configuration);
    private IActorRef coordinator = ActorRefs.Nobody;
    private IActorRef worker = ActorRefs.Nobody;

    public ValueTask InitializeAsync()
    {
        coordinator = system.ActorOf(Props.Create(() => new Listener(heard.Add)));
        var environment = new WorkerEnvironment(
            "here",
            link,
            (_, _, cancellation) => Task.FromResult(SyntheticDigits.Draw("synthetic:300", 300, cancellation: cancellation)),
            _ => new EmulatedEngine(Parameters, TimeSpan.Zero, TimeProvider.System, _ => { }),
            TimeProvider.System);
        worker = system.ActorOf(Props.Create(() => new WorkerActor(coordinator, environment)).WithDispatcher(Dispatchers.Compute));
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Worker_in_a_run_looks_for_weights_and_one_that_has_left_it_does_not()
    {
        ulong incarnation = Next<RegisterWorker>().Incarnation;
        var join = new JoinRun { Run = Run, Worker = 1, Incarnation = incarnation, SpecJson = JobSpecJson.Write(new JobSpec { Shards = 1, BatchSize = 32 }) };
        join.Partitions.Add(new PartitionAddress { Length = Parameters });
        worker.Tell(join, coordinator);
        Next<WorkerReady>();
        var view = new ViewPublished { Run = Run, Number = 1 };
        view.Owners.Add(1);
        worker.Tell(view, coordinator);

        for (long version = 0; version < 20; version++)
        {
            // Also after it fell asleep: what wakes it then is no weights but a look at its letters, after which it waits again.
            link.Put(version);
            Plane.Wait.Until(() =>
            {
                worker.Tell(new Registered(), coordinator);
                return link.Pushed == version;
            });
        }

        // While it looks its processor is lent, if nobody else of this machine wants it: in one of its waits at the latest.
        Plane.Wait.Until(() =>
        {
            worker.Tell(new Registered(), coordinator);
            return link.Lends > 0;
        });
        Assert.False(link.PushedWhileLent);

        worker.Tell(new EndRun { Run = Run, Incarnation = incarnation });
        while (Next<RegisterWorker>().Incarnation == incarnation)
        {
        }

        link.Put(20);
        int looks = link.Looks;
        await worker.Ask<ActorIdentity>(new Identify(null), Patience);
        await worker.Ask<ActorIdentity>(new Identify(null), Patience);
        Assert.Equal(looks, link.Looks);
        Assert.False(link.Lent);
        Assert.Equal(19, link.Pushed);
    }

    public async ValueTask DisposeAsync()
    {
        await system.Terminate();
        heard.Dispose();
    }

    private T Next<T>()
    {
        while (heard.TryTake(out object? message, Patience))
        {
            if (message is T wanted)
            {
                return wanted;
            }
        }

        throw new TimeoutException($"no {typeof(T).Name} came");
    }

    /// <summary>A link whose weights are delivered by who looks, and by nobody else.</summary>
    private sealed class LonelyLink : IPlaneConnector, IPartitionLink, ILookout, ISeat
    {
        private readonly BufferPool buffers = new(Parameters);
        private readonly ConcurrentQueue<long> there = [];
        private IPartitionLinkObserver? observer;
        private long pushed = -1;
        private int looks;
        private int lends;
        private volatile bool lent;
        private volatile bool pushedWhileLent;

        public PlaneIdentity Identity { get; private set; } = null!;

        public string Address => "nowhere";

        public IBufferSource Buffers => buffers;

        public bool SharesMemory => true;

        public ILookout? Lookout => this;

        public ISeat? Seat => this;

        /// <summary>Version of the last gradient.</summary>
        public long Pushed => Volatile.Read(ref pushed);

        public int Looks => Volatile.Read(ref looks);

        public int Lends => Volatile.Read(ref lends);

        public bool Lent => lent;

        public bool PushedWhileLent => pushedWhileLent;

        public bool CanBorrow => throw new NotSupportedException();

        public void Put(long version) => there.Enqueue(version);

        public Task<IPartitionLink> ConnectAsync(
            PartitionAddress address, PlaneIdentity identity, BufferPool pool, IPartitionLinkObserver hears, CancellationToken cancellation)
        {
            (Identity, observer) = (identity, hears);
            return Task.FromResult<IPartitionLink>(this);
        }

        public void Push(GradientPush push)
        {
            pushedWhileLent |= lent;
            Volatile.Write(ref pushed, push.Version);
            push.Release();
        }

        public void SendState(PartitionState state) => throw new NotSupportedException();

        public void Begin()
        {
        }

        public void Look()
        {
            Interlocked.Increment(ref looks);
            while (there.TryDequeue(out long version))
            {
                observer!.WeightsReceived(this, version, buffers.Rent());
            }
        }

        public void End() => Look();

        public void Lend()
        {
            lent = true;
            Interlocked.Increment(ref lends);
        }

        public void TakeBack() => lent = false;

        public void Enter() => throw new NotSupportedException();

        public void AwaitCall() => throw new NotSupportedException();

        public void PassOn() => throw new NotSupportedException();

        public void Call() => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
