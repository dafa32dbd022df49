using Akka.Actor;
using DistTrain.Node.Plane;
using DistTrain.Protocol.Control;
using DistTrain.Training.Buffers;
using DistTrain.Training.Jobs;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Coordinator;

/// <content>Gathering: servers, partitions, links, workers.</content>
internal sealed partial class RunActor
{
    private const string HostingTimer = "hosting";
    private static readonly TimeSpan HostWithin = TimeSpan.FromSeconds(5);

    /// <summary>There may be many workers, and each tells its progress every two seconds.</summary>
    private static readonly TimeSpan TellLoadingEvery = TimeSpan.FromSeconds(10);

    private long? loadingTold;
    private int hostingAttempts;
    private string lastRefusal = "";

    private void OnServerArrived(ServerArrived arrived)
    {
        servers.RemoveAll(known => known.Server.Equals(arrived.Server));
        servers.Add((arrived.Server, arrived.Address));
        StartPartitions();
    }

    private void OnServerDeparted(ServerDeparted departed)
    {
        servers.RemoveAll(known => known.Server.Equals(departed.Server));
        int partition = Array.FindIndex(partitions, server => server is not null && server.Path.Address.Equals(departed.Server.Path.Address));
        if (partition >= 0 && phase is not Phase.Ended)
        {
            Fail($"the parameter server of partition {partition} at {addresses[partition]?.Host}:{addresses[partition]?.Port} is lost: {departed.Reason}");
        }
    }

    private void StartPartitions()
    {
        if (phase != Phase.Gathering || servers.Count == 0 || Timers.IsTimerActive(HostingTimer))
        {
            return;
        }

        // A host that is dead and not yet known to be does not answer: then the next one is asked.
        Timers.StartSingleTimer(HostingTimer, HostingOverdue.Instance, HostWithin);
        string spec = JobSpecJson.Write(files!.Spec);
        foreach (PartitionRange range in ranges.Where(range => addresses[range.Partition] is null))
        {
            ServerOf(range.Partition).Server.Tell(new HostPartition
            {
                Run = job.Run,
                Partition = (uint)range.Partition,
                Offset = (uint)range.Offset,
                Length = (uint)range.Length,
                SpecJson = spec,
                TrainSamples = (ulong)files.Data.Train.Count,
                FinishAt = (ulong)files.FinishAt,
                TracedUntil = TracedUntil,
            });
        }
    }

    private (IActorRef Server, string Address) ServerOf(int partition) => servers[(partition + hostingAttempts) % servers.Count];

    private void OnHostingOverdue()
    {
        hostingAttempts++;
        if (Array.Exists(addresses, address => address is null))
        {
            StartPartitions();
        }
    }

    private void OnPartitionHosted(PartitionHosted hosted)
    {
        if (hosted.Run != job.Run || phase != Phase.Gathering || addresses[hosted.Partition] is not null)
        {
            Sender.Tell(new EndRun { Run = hosted.Run, Reason = "another parameter server has this partition" });
            return;
        }

        addresses[hosted.Partition] = hosted.Address;
        partitions[hosted.Partition] = Sender;
        if (Array.TrueForAll(addresses, address => address is not null))
        {
            IntroducePartitions();
            IActorRef self = Self;
            Task.Run(() => OpenLinksAsync(self)).PipeTo(Self, success: opened => opened, failure: error => new PreparationFailed(error));
        }
    }

    /// <summary>Partitions that clip gradients by their norm need each other.</summary>
    private void IntroducePartitions()
    {
        if (files!.Spec.ClipNorm == 0 || partitions.Length == 1)
        {
            return;
        }

        // A server in this process has no address in its path: others need one.
        Address here = ((ExtendedActorSystem)Context.System).Provider.DefaultAddress;
        var all = new PartitionServers { Run = job.Run, Servers = { partitions.Select(server => server.Path.ToSerializationFormatWithAddress(here)) } };
        foreach (IActorRef server in partitions)
        {
            server.Tell(all);
        }
    }

    private async Task<LinksOpened> OpenLinksAsync(IActorRef self)
    {
        var opened = new CoordinatorLinks(self);
        try
        {
            foreach (PartitionRange range in ranges)
            {
                var buffers = new BufferPool(range.Length);
                var identity = new PlaneIdentity(job.Run, range.Partition, PlaneRole.Coordinator, 0, 0);
                IPartitionLink link = await environment.Plane
                    .ConnectAsync(addresses[range.Partition]!, identity, buffers, opened, cancellation.Token).ConfigureAwait(false);
                opened.Attach(link);
                WholeState start = files!.Start;
                link.SendState(new PartitionState(
                    start.Version, Part(start.Weights, range, buffers), PartOf(start.FirstMoment, range, buffers), PartOf(start.SecondMoment, range, buffers)));
            }
        }
        catch
        {
            opened.Dispose();
            throw;
        }

        return new LinksOpened(opened);
    }

    /// <summary>Null if the optimizer has no such moment.</summary>
    private static SharedBuffer? PartOf(float[] moment, PartitionRange range, BufferPool buffers) => moment.Length == 0 ? null : Part(moment, range, buffers);

    private static SharedBuffer Part(float[] whole, PartitionRange range, BufferPool buffers)
    {
        SharedBuffer part = buffers.Rent();
        whole.AsSpan(range.Offset, range.Length).CopyTo(part.Floats);
        return part;
    }

    private void OnLinksOpened(LinksOpened opened)
    {
        links = opened.Links;
        if (phase == Phase.Ended)
        {
            links.Dispose();
            return;
        }

        InviteSpares();
    }

    private void OnWorkerArrived(WorkerArrived arrived)
    {
        spares[arrived.Worker] = arrived.Registration;
        InviteSpares();
    }

    /// <summary>Invites free workers as long as there is room for them.</summary>
    private void InviteSpares()
    {
        if (links is null || phase is Phase.Preparing or Phase.Ended)
        {
            return;
        }

        foreach ((IActorRef worker, RegisterWorker registration) in spares.ToList())
        {
            if (roster.Present >= Math.Max(files!.Spec.Workers, files.Spec.MaxWorkers))
            {
                return;
            }

            spares.Remove(worker);
            RunMember member = roster.Invite(registration.Name, registration.Address, registration.Incarnation);
            workers[member.Number] = worker;
            var join = new JoinRun
            {
                Run = job.Run, Worker = (uint)member.Number, Incarnation = member.Incarnation, SpecJson = JobSpecJson.Write(files.Spec), TracedUntil = TracedUntil,
            };
            join.Partitions.AddRange(addresses);
            worker.Tell(join);
        }
    }

    private void OnWorkerLoading(WorkerLoading loading)
    {
        if (loading.Run != job.Run || roster.Find((int)loading.Worker, loading.Incarnation) is not { State: MemberState.Joining } member)
        {
            return;
        }

        member.Progress = loading.Progress;
        if (phase is Phase.Gathering or Phase.Training && Timers.IsTimerActive("deadline"))
        {
            StartDeadline(waitingFor);
        }

        long now = environment.Time.GetTimestamp();
        if (loadingTold is null || environment.Time.GetElapsedTime(loadingTold.Value, now) >= TellLoadingEvery)
        {
            loadingTold = now;
            Publish(RunEvents.Info(RunEvents.Data, $"{member} is getting ready: {loading.Progress}"));
        }
    }

    private void OnWorkerReady(WorkerReady ready)
    {
        if (ready.Run != job.Run || !roster.MarkReady((int)ready.Worker, ready.Incarnation))
        {
            return;
        }

        RunMember member = roster.Members[(int)ready.Worker - 1];
        Publish(RunEvents.Info(RunEvents.WorkerJoined, $"{member} joined, engine {ready.Engine}{(ready.SharesMemory ? ", memory shared with the server" : "")}"));
        if (phase is Phase.Training or Phase.Holding or Phase.Stopping)
        {
            PublishView();
        }
        else if (phase == Phase.Gathering && roster.Ready.Count() >= files!.Spec.Workers)
        {
            BeginTraining();
        }
    }

    private void OnWorkerFailed(WorkerFailed failed)
    {
        if (failed.Run != job.Run || roster.Find((int)failed.Worker, failed.Incarnation) is not { } member)
        {
            return;
        }

        if (failed.Fatal)
        {
            Fail($"{member}: {failed.Reason}");
            return;
        }

        if (member.State == MemberState.Joining)
        {
            lastRefusal = $"; {member} cannot take part: {failed.Reason}";
            Publish(RunEvents.Warning(RunEvents.WorkerRefused, $"{member} cannot take part: {failed.Reason}"));
        }

        Lose(member.Number, member.Incarnation, MemberState.Suspected, failed.Reason);
    }

    private string Lacking()
    {
        if (servers.Count == 0)
        {
            return "a parameter server (role ps) to join the cluster";
        }

        int silent = Array.FindIndex(addresses, address => address is null);
        if (silent >= 0)
        {
            return $"the parameter server of partition {silent} at {ServerOf(silent).Address} to start";
        }

        int ready = roster.Ready.Count();
        string joining = string.Join(", ", roster.Members.Where(member => member.State == MemberState.Joining)
            .Select(member => member.Progress.Length == 0 ? $"{member}" : $"{member}, last seen {member.Progress},"));
        return joining.Length > 0
            ? $"{joining} to get ready ({ready} of {files!.Spec.Workers} workers are)"
            : $"{files!.Spec.Workers} workers, {ready} joined: start more or lower --workers{lastRefusal}";
    }

    private sealed record HostingOverdue
    {
        public static readonly HostingOverdue Instance = new();
    }
}
