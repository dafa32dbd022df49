using System.Collections.Concurrent;
using Akka.Actor;
using DistTrain.Node.Actors.Worker;
using DistTrain.Protocol.Control;
using DistTrain.Tests.Remoting;
using DistTrain.Training.Data;
using DistTrain.Training.Jobs;
using Microsoft.Extensions.Time.Testing;

namespace DistTrain.Tests.Actors;

/// <summary>A worker whose data take long to read is waited for as long as it comes further.</summary>
public sealed class SlowLoadingTests : IAsyncLifetime
{
    private const ulong Run = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Almost = TimeSpan.FromSeconds(29);

    private readonly FakeTimeProvider time = new();
    private readonly BlockingCollection<object> heard = [];
    private readonly BlockingCollection<(IProgress<string> Progress, CancellationToken Cancellation)> loads = [];
    private readonly ActorSystem system = ActorSystem.Create("test", "akka { loglevel = OFF, stdout-loglevel = OFF }\n" + Node.Actors.Dispatch.Dispatchers.Configuration);
    private IActorRef coordinator = ActorRefs.Nobody;
    private IActorRef worker = ActorRefs.Nobody;

    public ValueTask InitializeAsync()
    {
        coordinator = system.ActorOf(Props.Create(() => new Listener(heard.Add)));
        var environment = new WorkerEnvironment("here", null!, LoadSlowly, _ => throw new NotSupportedException("no run gets that far"), time);
        worker = system.ActorOf(Props.Create(() => new WorkerActor(coordinator, environment)));
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Worker_that_tells_progress_is_given_more_time_and_one_that_stops_to_is_given_up()
    {
        (IProgress<string> progress, CancellationToken loading) = Invite();
        for (int read = 1; read <= 10; read++)
        {
            time.Advance(Almost);
            progress.Report($"reading set: {read} of 10 images");
            Assert.Equal($"reading set: {read} of 10 images", Next<WorkerLoading>().Progress);
        }

        Assert.False(loading.IsCancellationRequested);
        time.Advance(Almost);
        time.Advance(Almost);

        WorkerFailed failed = Next<WorkerFailed>();
        Assert.True(loading.IsCancellationRequested);
        Assert.Equal("it did not get ready, and has not come further for 30 s (reading set: 10 of 10 images)", failed.Reason);
        Assert.False(failed.Fatal);
    }

    [Fact]
    public void Worker_that_tells_nothing_is_given_up_after_half_a_minute()
    {
        Invite();
        time.Advance(Almost);
        time.Advance(Almost);

        Assert.Equal("it did not get ready within 30 s", Next<WorkerFailed>().Reason);
    }

    public async ValueTask DisposeAsync()
    {
        await system.Terminate();
        heard.Dispose();
        loads.Dispose();
    }

    private async Task<ImageDataset> LoadSlowly(JobSpec spec, IProgress<string> progress, CancellationToken cancellation)
    {
        loads.Add((progress, cancellation), CancellationToken.None);
        await Task.Delay(Timeout.Infinite, cancellation);
        throw new InvalidOperationException("unreachable");
    }

    private (IProgress<string> Progress, CancellationToken Cancellation) Invite()
    {
        ulong incarnation = Next<RegisterWorker>().Incarnation;
        worker.Tell(new JoinRun { Run = Run, Worker = 1, Incarnation = incarnation, SpecJson = JobSpecJson.Write(new JobSpec()) }, coordinator);
        Assert.True(loads.TryTake(out (IProgress<string>, CancellationToken) load, Patience), "the worker did not join");
        return load;
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
}
