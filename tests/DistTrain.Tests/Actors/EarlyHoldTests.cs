using Akka.Actor;
using DistTrain.Node.Actors.Dispatch;
using DistTrain.Node.Actors.Server;
using DistTrain.Node.Hosting;
using DistTrain.Node.Plane;
using DistTrain.Protocol.Control;
using DistTrain.Tests.Plane;
using DistTrain.Training.Buffers;
using DistTrain.Training.Jobs;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Tests.Actors;

/// <summary>Control and parameters take two ways: a partition may be asked to hold before it has the state to start from.</summary>
public sealed class EarlyHoldTests : IAsyncLifetime
{
    private const ulong Run = 7;
    private const long Start = 12;

    private readonly ActorSystem system = ActorSystem.Create("test", "akka { loglevel = OFF, stdout-loglevel = OFF }\n" + Dispatchers.Configuration);
    private readonly LocalPlane plane = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Partition_that_is_asked_to_hold_before_it_has_a_state_answers_with_the_version_of_the_state()
    {
        using var coordinator = Inbox.Create(system);
        IActorRef receiver = coordinator.Receiver;
        var range = new PartitionRange(0, 0, 64);
        var job = new PartitionJob(Run, range, new JobSpec(), new EpochPlan(1200, 4, 48, seed: 1), FinishAt: 100, TracedUntil: 0);
        IActorRef partition = system.ActorOf(Props.Create(() => new ParameterServerActor(job, plane, receiver, TimeProvider.System)));
        PartitionAddress address = Next<PartitionHosted>(coordinator).Address;

        partition.Tell(new Hold { Run = Run }, receiver);
        partition.Tell(new TellTimes { Run = Run }, receiver);
        Next<TimesTold>(coordinator, told => told.Last, never: message => message is Held);

        var buffers = new BufferPool(range.Length);
        using IPartitionLink link = await plane.ConnectAsync(
            address, new PlaneIdentity(Run, 0, PlaneRole.Coordinator, 0, 0), buffers, new RecordingObserver(), CancellationToken.None);
        link.SendState(new PartitionState(Start, buffers.Rent(), buffers.Rent(), buffers.Rent()));

        Assert.Equal((ulong)Start, Next<Held>(coordinator).Version);
    }

    public async ValueTask DisposeAsync()
    {
        await system.Terminate();
        system.Dispose();
    }

    /// <summary>The next message of a kind; others are passed over, but for those that must not come.</summary>
    private static T Next<T>(Inbox inbox, Func<T, bool>? wanted = null, Func<object, bool>? never = null)
    {
        while (true)
        {
            object message = inbox.Receive(Wait.Deadline);
            Assert.False(never?.Invoke(message) ?? false, $"{message} came too soon.");
            if (message is T found && (wanted?.Invoke(found) ?? true))
            {
                return found;
            }
        }
    }
}
