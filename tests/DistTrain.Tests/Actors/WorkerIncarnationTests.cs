using System.Collections.Concurrent;
using Akka.Actor;
using DistTrain.Node.Actors.Worker;
using DistTrain.Protocol.Control;
using DistTrain.Tests.Remoting;
using DistTrain.Training.Data;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Actors;

/// <summary>
/// A worker that was given up starts anew while messages to its former self are on their way. Were it to take them, each
/// would make it start anew once more, and each start be answered by another such message.
/// </summary>
public sealed class WorkerIncarnationTests : IAsyncLifetime
{
    private const ulong Run = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly BlockingCollection<object> heard = [];
    private readonly BlockingCollection<CancellationToken> joins = [];
    private readonly ActorSystem system = ActorSystem.Create("test", "akka { loglevel = OFF, stdout-loglevel = OFF }\n" + Node.Actors.Dispatch.Dispatchers.Configuration);
    private IActorRef worker = ActorRefs.Nobody;

    public ValueTask InitializeAsync()
    {
        IActorRef coordinator = system.ActorOf(Props.Create(() => new Listener(heard.Add)));
        var environment = new WorkerEnvironment("here", null!, LoadForEver, _ => throw new NotSupportedException("no run gets that far"), TimeProvider.System);
        worker = system.ActorOf(Props.Create(() => new WorkerActor(coordinator, environment)));
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task End_of_a_run_that_was_meant_for_a_former_self_ends_nothing()
    {
        ulong former = Registration().Incarnation;
        Join(1, former);
        NextJoin();
        worker.Tell(new EndRun { Run = Run, Incarnation = former });
        ulong present = RegistrationOtherThan(former);
        Join(2, present);
        CancellationToken joining = NextJoin();

        worker.Tell(new EndRun { Run = Run, Incarnation = former });
        await SeenAsync();
        Assert.False(joining.IsCancellationRequested);

        worker.Tell(new EndRun { Run = Run, Incarnation = present });
        await SeenAsync();
        Assert.True(joining.IsCancellationRequested);
    }

    [Fact]
    public async Task Invitation_that_was_meant_for_a_former_self_is_not_taken()
    {
        ulong former = Registration().Incarnation;
        Join(1, former);
        NextJoin();
        worker.Tell(new EndRun { Run = Run, Incarnation = former });
        ulong present = RegistrationOtherThan(former);

        // Had it joined, the end of this run would make it start anew.
        Join(2, former);
        worker.Tell(new EndRun { Run = Run, Incarnation = present });
        await SeenAsync();
        while (heard.TryTake(out _))
        {
        }

        Assert.Equal(present, Registration().Incarnation);
    }

    public async ValueTask DisposeAsync()
    {
        await system.Terminate();
        heard.Dispose();
        joins.Dispose();
    }

    private async Task<ImageDataset> LoadForEver(JobSpec spec, IProgress<string> progress, CancellationToken cancellation)
    {
        joins.Add(cancellation, cancellation);
        await Task.Delay(Timeout.Infinite, cancellation);
        throw new InvalidOperationException("unreachable");
    }

    private void Join(uint number, ulong incarnation) =>
        worker.Tell(new JoinRun { Run = Run, Worker = number, Incarnation = incarnation, SpecJson = JobSpecJson.Write(new JobSpec()) });

    private CancellationToken NextJoin()
    {
        Assert.True(joins.TryTake(out CancellationToken joining, Patience), "the worker did not join");
        return joining;
    }

    private RegisterWorker Registration()
    {
        while (heard.TryTake(out object? message, Patience))
        {
            if (message is RegisterWorker registration)
            {
                return registration;
            }
        }

        throw new TimeoutException("the worker did not register");
    }

    private ulong RegistrationOtherThan(ulong former)
    {
        ulong incarnation;
        do
        {
            incarnation = Registration().Incarnation;
        }
        while (incarnation == former);
        return incarnation;
    }

    /// <summary>Done once the worker has handled all that it was told before.</summary>
    private Task<ActorIdentity> SeenAsync() => worker.Ask<ActorIdentity>(new Identify(null), Patience);
}
