using Akka.Actor;
using Akka.Event;
using DistTrain.Node.Actors.Dispatch;
using DistTrain.Node.Actors.Timing;
using DistTrain.Node.Plane;
using DistTrain.Protocol.Control;
using DistTrain.Training.Buffers;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Worker;

/// <content>Joining a run: data, links, engine.</content>
internal sealed partial class WorkerActor
{
    /// <summary>From the invitation, or the last sign of progress.</summary>
    private static readonly TimeSpan JoinWithin = TimeSpan.FromSeconds(30);

    private ulong joining;
    private uint joiningAs;
    private JoinWatch? joinWatch;

    private void OnJoinRun(JoinRun join)
    {
        // An invitation of a former self is on its way back already: this one's registration will be answered by another.
        bool twice = (joining == join.Run && joiningAs == join.Worker) || (run?.Run == join.Run && run.Worker == join.Worker);
        if (join.Incarnation != incarnation || twice)
        {
            return;
        }

        // Invited under another number: the coordinator gave the former one up.
        LeaveRun();
        joining = join.Run;
        joiningAs = join.Worker;
        runActor = Sender;
        IActorRef asker = Sender;
        var watch = new JoinWatch(JoinWithin, environment.Time, progress => asker.Tell(
            new WorkerLoading { Run = join.Run, Worker = join.Worker, Incarnation = join.Incarnation, Progress = progress }));
        joinWatch = watch;
        IActorRef self = Self;
        Task.Run(() => JoinAsync(join, self, watch, watch.Token)).PipeTo(
            Self, success: joined => joined, failure: error => new JoinFailed(join, error));
    }

    private async Task<RunJoined> JoinAsync(JoinRun join, IActorRef self, IProgress<string> progress, CancellationToken cancellation)
    {
        JobSpec spec = JobSpecJson.Read(join.SpecJson, "the coordinator's job");
        PartitionRange[] ranges =
            [.. join.Partitions.Select(at => new PartitionRange((int)at.Partition, (int)at.Offset, (int)at.Length)).OrderBy(range => range.Partition)];
        var links = new WorkerLinks(ranges.Length, self);

        // While the data is read.
        Task<IGradientEngine> making = Task.Run(() => environment.CreateEngine(spec), CancellationToken.None);
        try
        {
            ImageDataset data = await environment.LoadData(spec, progress, cancellation).ConfigureAwait(false);
            foreach (PartitionAddress address in join.Partitions)
            {
                int partition = (int)address.Partition;
                var identity = new PlaneIdentity(join.Run, partition, PlaneRole.Worker, (int)join.Worker, incarnation);
                var buffers = new BufferPool((int)address.Length);
                links.Attach(partition, await environment.Plane.ConnectAsync(address, identity, buffers, links, cancellation).ConfigureAwait(false));
            }

            return new RunJoined(join, spec, data, ranges, links, await making.WaitAsync(cancellation).ConfigureAwait(false));
        }
        catch
        {
            links.Dispose();
            _ = making.ContinueWith(made => made.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    private void OnJoined(RunJoined joined)
    {
        if (joining != joined.Join.Run || joiningAs != joined.Join.Worker)
        {
            joined.Drop();
            return;
        }

        if (joined.Links.Lost is { } lost)
        {
            joined.Drop();
            OnJoinFailed(new JoinFailed(joined.Join, new IOException(lost)));
            return;
        }

        joining = 0;
        joinWatch?.Dispose();
        joinWatch = null;
        int number = (int)joined.Join.Worker;
        run = new WorkerRun(joined.Join.Run, number, joined.Spec, joined.Data, joined.Ranges, joined.Links, joined.Engine, waiting, environment.Time, (long)joined.Join.TracedUntil);
        Timers.StartPeriodicTimer(TimesTimer, TimesDue.Instance, StepTimes.TellEvery);
        log.Info("Worker {0} is ready for run {1:x}", number, run.Run);
        runActor.Tell(new WorkerReady { Run = run.Run, Worker = (uint)number, Incarnation = incarnation, Engine = joined.Engine.Name, SharesMemory = joined.Links.ShareMemory });

        WaitingThreads.Lookout = joined.Links.Lookout;
        borrower = joined.Engine is ISharedEngine && joined.Links.Seat is { } seat ? new Borrower(seat, waiting) : null;

        // Weights may have come before there was a run to take them.
        run.TakeWeights();
        if (lastView?.Run == run.Run)
        {
            OnView(lastView);
        }
    }

    private void OnJoinFailed(JoinFailed failed)
    {
        if (joining != failed.Join.Run || joiningAs != failed.Join.Worker)
        {
            return;
        }

        string reason = failed.Error is not OperationCanceledException ? failed.Error.Message
            : joinWatch?.Last is { Length: > 0 } last ? $"it did not get ready, and has not come further for {JoinWithin.TotalSeconds:0} s ({last})"
            : $"it did not get ready within {JoinWithin.TotalSeconds:0} s";
        log.Warning("Cannot join run {0:x}: {1}", failed.Join.Run, reason);
        ReportFailure(failed.Join.Run, (int)failed.Join.Worker, reason, fatal: false);
        LeaveRun();
    }

    private sealed record RunJoined(JoinRun Join, JobSpec Spec, ImageDataset Data, PartitionRange[] Ranges, WorkerLinks Links, IGradientEngine Engine)
    {
        /// <summary>When nobody wants it any more.</summary>
        public void Drop()
        {
            Links.Dispose();
            Engine.Dispose();
        }
    }

    private sealed record JoinFailed(JoinRun Join, Exception Error);
}
