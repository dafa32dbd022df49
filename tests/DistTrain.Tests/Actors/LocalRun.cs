using Akka.Actor;
using DistTrain.Node.Actors.Coordinator;
using DistTrain.Node.Commands;
using DistTrain.Node.Hosting;
using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Actors;

/// <summary>Trains in this process, with the real actors, into a directory that goes with it.</summary>
internal sealed class LocalRun : IDisposable
{
    public static readonly JobSpec Small = new() { Dataset = "synthetic:1200", BatchSize = 48, Epochs = 2, Shards = 4, LearningRate = 2e-3 };

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly string root = Path.Combine(Path.GetTempPath(), $"disttrain-{Guid.NewGuid():n}");

    public string Directory => Path.Combine(root, "run");

    public List<RunRecord> Records { get; } = [];

    public Summary Summary => Records[^1].Summary;

    public IEnumerable<EventRecord> Events(string code) =>
        Records.Where(record => record.KindCase == RunRecord.KindOneofCase.Event && record.Event.Code == code).Select(record => record.Event);

    public Checkpoint LastCheckpoint => new CheckpointStore(Path.Combine(Directory, "checkpoints")).ReadNewest().Checkpoint!;

    public AuditFindings Audit() => RunAudit.Audit(Directory);

    /// <summary>Trains to the end; <paramref name="meanwhile"/> sees every record as it comes.</summary>
    public Task<Summary> TrainAsync(JobSpec spec, Func<InProcessSession, RunRecord, Task>? meanwhile = null, bool resume = false, TimeSpan? workerTimeout = null, bool trace = false) =>
        TrainAsync(spec, InProcessSession.StartAsync, meanwhile, resume, workerTimeout, trace);

    /// <summary>The same in a session that was put together in another way.</summary>
    public async Task<Summary> TrainAsync(
        JobSpec spec,
        Func<InProcessOptions, CancellationToken, Task<InProcessSession>> start,
        Func<InProcessSession, RunRecord, Task>? meanwhile = null,
        bool resume = false,
        TimeSpan? workerTimeout = null,
        bool trace = false)
    {
        using var patience = new CancellationTokenSource(Patience);
        var options = new InProcessOptions(Math.Max(spec.Workers, spec.MaxWorkers), null, root, workerTimeout ?? TimeSpan.FromSeconds(30), Verbose: false);
        await using InProcessSession session = await start(options, patience.Token);
        var request = resume
            ? new SubmitRequest { Resume = Directory, Workers = (uint)spec.Workers }
            : new SubmitRequest { SpecJson = JobSpecJson.Write(spec), RunDirectory = Directory };
        request.Trace = trace;
        SubmitReply reply = await session.Service.SubmitAsync(request, patience.Token);
        await foreach (RunRecord record in session.Service.WatchAsync(reply.Run, patience.Token))
        {
            Records.Add(record);
            if (meanwhile is not null)
            {
                await meanwhile(session, record);
            }
        }

        return Summary;
    }

    /// <summary>The digest of the weights of a whole undisturbed run.</summary>
    public static async Task<string> DigestOfAsync(JobSpec spec)
    {
        using var run = new LocalRun();
        Summary summary = await run.TrainAsync(spec);
        Assert.Equal("completed", summary.Status);
        Assert.True(run.Audit().Clean);
        return summary.WeightsSha256;
    }

    /// <summary>Loses one of two workers in mid-run, is stopped soon after, and goes on with three to the end. Gives the last summary.</summary>
    public async Task<Summary> TrainThroughLossAndResumeAsync(JobSpec spec)
    {
        bool lost = false;
        bool stopped = false;
        Summary first = await TrainAsync(spec with { Workers = 2 }, async (session, record) =>
        {
            // In mid-run: a worker that is lost while the run still gathers its two may leave it waiting for another.
            if (!lost && record.KindCase == RunRecord.KindOneofCase.Step && record.Step.Step >= 3)
            {
                lost = true;
                session.Workers[0].Tell(PoisonPill.Instance);
            }
            else if (!stopped && record.KindCase == RunRecord.KindOneofCase.Step && record.Step.Step >= 9)
            {
                stopped = true;
                await session.Service.StopAsync("a test", CancellationToken.None);
            }
        });
        Assert.True(lost);
        return first.Status == "stopped" ? await TrainAsync(spec with { Workers = 3 }, resume: true) : first;
    }

    public void Dispose()
    {
        if (System.IO.Directory.Exists(root))
        {
            System.IO.Directory.Delete(root, recursive: true);
        }
    }
}
