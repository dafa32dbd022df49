using System.Collections.Concurrent;
using Akka.Actor;
using Akka.TestKit;
using DistTrain.Node.Actors.Coordinator;
using DistTrain.Node.Actors.Dispatch;
using DistTrain.Node.Actors.Server;
using DistTrain.Node.Hosting;
using DistTrain.Protocol.Client;
using DistTrain.Protocol.Control;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Actors;

/// <summary>A run waits for its workers from the last sign of progress on, and names whom it waited for. Timers go by a clock of the test's own.</summary>
public sealed class GatheringPatienceTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WorkerTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Almost = TimeSpan.FromSeconds(55);

    private readonly string runs = Path.Combine(Path.GetTempPath(), $"disttrain-{Guid.NewGuid():n}");
    private readonly BlockingCollection<(object Message, IActorRef Sender)> heard = [];
    private readonly ActorSystem system = ActorSystem.Create(
        "test",
        "akka { loglevel = OFF, stdout-loglevel = OFF, scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\" }\n" + Dispatchers.Configuration);

    private CoordinatorService service = null!;
    private (JoinRun Join, IActorRef Run) invitation;

    private TestScheduler Clock => (TestScheduler)system.Scheduler;

    public async ValueTask InitializeAsync()
    {
        var plane = new LocalPlane();
        var environment = new RunEnvironment(plane, new RunOpening(new TrainingData(null)).OpenAsync, WorkerTimeout, TimeProvider.System);
        IActorRef coordinator = system.ActorOf(Props.Create(() => new CoordinatorActor(environment, "here", false)));
        system.ActorOf(Props.Create(() => new ServerHostActor(coordinator, plane, "here", TimeProvider.System)));
        IActorRef worker = system.ActorOf(Props.Create(() => new SilentWorker(heard)));
        coordinator.Tell(new RegisterWorker { Name = "w", Incarnation = 7, Address = "there" }, worker);
        service = new CoordinatorService(coordinator, runs, TimeProvider.System);
        await service.SubmitAsync(new SubmitRequest { SpecJson = JobSpecJson.Write(LocalRun.Small with { Workers = 1 }) }, CancellationToken.None);
        while (invitation.Join is null)
        {
            Assert.True(heard.TryTake(out (object Message, IActorRef Sender) next, Patience), "nobody was invited");
            invitation = next.Message is JoinRun join ? (join, next.Sender) : default;
        }
    }

    [Fact]
    public async Task Worker_that_comes_further_is_waited_for_and_one_that_stops_is_named()
    {
        for (int read = 1; read <= 5; read++)
        {
            Clock.Advance(Almost);
            Tell($"reading birds: {read} of 5 images");
            StatusReply status = await service.StatusAsync(CancellationToken.None);
            Assert.Equal("starting", status.State);
        }

        Clock.Advance(Almost);
        Assert.Equal("starting", (await service.StatusAsync(CancellationToken.None)).State);
        Clock.Advance(WorkerTimeout - Almost);

        Summary summary = await SummaryAsync();
        Assert.Equal("failed", summary.Status);
        Assert.StartsWith(
            "waited 60 s for worker 1 (w at there), last seen reading birds: 5 of 5 images, to get ready (0 of 1 workers are)", summary.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_that_tells_nothing_is_named_after_the_time_out()
    {
        // Of a former incarnation, or of another run: no sign of this one's.
        invitation.Run.Tell(new WorkerLoading { Run = invitation.Join.Run, Worker = 1, Incarnation = 6, Progress = "late" });
        invitation.Run.Tell(new WorkerLoading { Run = invitation.Join.Run + 1, Worker = 1, Incarnation = 7, Progress = "elsewhere" });
        Clock.Advance(Almost);
        Assert.Equal("starting", (await service.StatusAsync(CancellationToken.None)).State);
        Clock.Advance(WorkerTimeout - Almost);

        Assert.StartsWith("waited 60 s for worker 1 (w at there) to get ready (0 of 1 workers are)", (await SummaryAsync()).Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await system.Terminate();
        heard.Dispose();
        Directory.Delete(runs, recursive: true);
    }

    private void Tell(string progress) => invitation.Run.Tell(
        new WorkerLoading { Run = invitation.Join.Run, Worker = invitation.Join.Worker, Incarnation = invitation.Join.Incarnation, Progress = progress });

    private async Task<Summary> SummaryAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        RunRecord? last = null;
        await foreach (RunRecord record in service.WatchAsync(0, patience.Token))
        {
            last = record;
        }

        return last!.Summary;
    }

    private sealed class SilentWorker : UntypedActor
    {
        private readonly BlockingCollection<(object, IActorRef)> heard;

        public SilentWorker(BlockingCollection<(object, IActorRef)> heard) => this.heard = heard;

        protected override void OnReceive(object message)
        {
            if (!heard.IsAddingCompleted)
            {
                heard.Add((message, Sender));
            }
        }
    }
}
