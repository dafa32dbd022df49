using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using DistTrain.Node.Client;
using DistTrain.Protocol.Client;
using DistTrain.Protocol.Control;
using DistTrain.Training;

namespace DistTrain.Node.Actors.Coordinator;

/// <summary>Begins a job; answered by a <see cref="SubmitReply"/> or a <see cref="Akka.Actor.Status.Failure"/>.</summary>
internal sealed record SubmitJob(RunJob Job);

/// <summary>Asks for the records of a run (0: the current or last one); answered by a <see cref="RunFeed"/> or a failure.</summary>
internal sealed record QueryFeed(ulong Run);

/// <summary>
/// The cluster's one coordinator: knows the workers and the hosts of parameter servers, runs one job at a time.
/// </summary>
/// <remarks>
/// <code>
/// message             what happens
/// RegisterWorker      known from now on; told to the run, if one is going on
/// RegisterServer      likewise
/// WorkerLeaving       told to the run as an orderly leave
/// Unreachable,        every worker and server of that node is told to the run as lost; whether the node is downed is
/// Terminated          the split-brain resolver's decision
/// SubmitJob           a RunActor starts; refused while another one is there
/// StopRun, QueryStatus
///                     passed to the run
/// QueryFeed           the records of the current or last run
/// RunEnded            free for the next job
/// ServerSuspected,    forgotten until it makes itself known again
/// WorkerSuspected
/// </code>
/// </remarks>
internal sealed class CoordinatorActor : ReceiveActor
{
    private readonly RunEnvironment environment;
    private readonly string address;
    private readonly Dictionary<IActorRef, RegisterWorker> workers = [];
    private readonly Dictionary<IActorRef, RegisterServer> servers = [];
    private readonly ILoggingAdapter log = Context.GetLogger();
    private readonly Cluster? cluster;
    private IActorRef? run;
    private RunFeed? feed;
    private string lastStatus = "idle";

    /// <param name="inCluster">Whether to follow the cluster's membership; in one process there is none.</param>
    public CoordinatorActor(RunEnvironment environment, string address, bool inCluster)
    {
        this.environment = environment;
        this.address = address;
        cluster = inCluster ? Cluster.Get(Context.System) : null;
        Receive<RegisterWorker>(OnRegisterWorker);
        Receive<RegisterServer>(OnRegisterServer);
        Receive<WorkerLeaving>(OnLeaving);
        Receive<ClusterEvent.UnreachableMember>(member => Lost(member.Member.Address, "its node is unreachable"));
        Receive<ClusterEvent.MemberRemoved>(member => Lost(member.Member.Address, "its node left the cluster"));
        Receive<ClusterEvent.IClusterDomainEvent>(_ => { });
        Receive<Terminated>(OnTerminated);
        Receive<SubmitJob>(OnSubmit);
        Receive<StopRun>(OnStop);
        Receive<QueryStatus>(_ => OnStatus());
        Receive<QueryFeed>(OnQueryFeed);
        Receive<RunEnded>(OnRunEnded);
        Receive<ServerSuspected>(OnServerSuspected);
        Receive<WorkerSuspected>(OnWorkerSuspected);
    }

    /// <summary>A run that failed beyond its own handling is over; OnTerminated says so to whoever waits.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart() =>
        cluster?.Subscribe(Self, ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.UnreachableMember), typeof(ClusterEvent.MemberRemoved));

    protected override void PostStop() => cluster?.Unsubscribe(Self);

    private void OnRegisterWorker(RegisterWorker registration)
    {
        Sender.Tell(new Registered());
        if (workers.TryGetValue(Sender, out RegisterWorker? known) && known.Incarnation == registration.Incarnation)
        {
            return;
        }

        if (known is not null)
        {
            run?.Tell(new WorkerDeparted(Sender, known.Incarnation, Orderly: false, "it started anew"));
        }

        log.Info("Worker {0} at {1} is there", registration.Name, registration.Address);
        workers[Sender] = registration;
        Context.Watch(Sender);
        run?.Tell(new WorkerArrived(Sender, registration));
    }

    private void OnRegisterServer(RegisterServer registration)
    {
        Sender.Tell(new Registered());
        if (servers.TryAdd(Sender, registration))
        {
            log.Info("A host of parameter servers at {0} is there", registration.Address);
            Context.Watch(Sender);
            run?.Tell(new ServerArrived(Sender, registration.Address));
        }
    }

    private void OnLeaving(WorkerLeaving leaving)
    {
        Sender.Tell(new WorkerReleased());
        if (workers.Remove(Sender))
        {
            Context.Unwatch(Sender);
            run?.Tell(new WorkerDeparted(Sender, leaving.Incarnation, Orderly: true, "its node shuts down"));
        }
    }

    private void OnTerminated(Terminated terminated)
    {
        if (terminated.ActorRef.Equals(run))
        {
            // A run ends with RunEnded; without it, it failed in a way that it could not tell.
            if (feed is not null)
            {
                feed.Publish(new RunRecord { Summary = new Summary { Status = "failed", Message = "the run's actor ended unexpectedly; see the log" } });
            }

            run = null;
            lastStatus = "failed";
            return;
        }

        Forget(terminated.ActorRef, "it stopped");
    }

    private void Lost(Address node, string reason)
    {
        foreach (IActorRef actor in workers.Keys.Concat(servers.Keys).Where(actor => actor.Path.Address.Equals(node)).ToList())
        {
            Forget(actor, reason);
        }
    }

    /// <summary>It registers again if it is alive after all.</summary>
    private void Forget(IActorRef actor, string reason)
    {
        Context.Unwatch(actor);
        if (workers.Remove(actor, out RegisterWorker? worker))
        {
            run?.Tell(new WorkerDeparted(actor, worker.Incarnation, Orderly: false, reason));
        }
        else if (servers.Remove(actor))
        {
            run?.Tell(new ServerDeparted(actor, reason));
        }
    }

    private void OnWorkerSuspected(WorkerSuspected suspected)
    {
        if (workers.TryGetValue(suspected.Worker, out RegisterWorker? known) && known.Incarnation == suspected.Incarnation)
        {
            Forget(suspected.Worker, suspected.Reason);
        }
    }

    private void OnServerSuspected(ServerSuspected suspected)
    {
        foreach (IActorRef host in servers.Keys.Where(host => host.Path.Address.Equals(suspected.ParameterServer.Path.Address)).ToList())
        {
            Forget(host, suspected.Reason);
        }
    }

    private void OnSubmit(SubmitJob submit)
    {
        if (run is not null)
        {
            Sender.Tell(new Status.Failure(new RunInProgressException("a run is going on; wait for it or stop it with: disttrain stop")));
            return;
        }

        feed = new RunFeed(submit.Job.Run);
        RunJob job = submit.Job;
        RunFeed records = feed;
        run = Context.ActorOf(Props.Create(() => new RunActor(job, environment, records)), $"run-{job.Run:x}");
        Context.Watch(run);
        foreach ((IActorRef server, RegisterServer registration) in servers)
        {
            run.Tell(new ServerArrived(server, registration.Address));
        }

        foreach ((IActorRef worker, RegisterWorker registration) in workers)
        {
            run.Tell(new WorkerArrived(worker, registration));
        }

        Sender.Tell(new SubmitReply { Run = job.Run, RunDirectory = job.Directory });
    }

    private void OnStop(StopRun stop)
    {
        run?.Tell(stop);
        Sender.Tell(new StopReply { Stopping = run is not null });
    }

    private void OnStatus()
    {
        if (run is not null)
        {
            IActorRef asker = Sender;
            StatusReply nodes = Nodes();
            run.Ask<StatusReply>(QueryStatus.Instance, TimeSpan.FromSeconds(3)).PipeTo(asker, success: reply => Complete(reply, nodes));
            return;
        }

        StatusReply idle = Nodes();
        idle.State = lastStatus;
        idle.Run = feed?.Run ?? 0;
        idle.Workers.AddRange(workers.Values.Select(worker => new WorkerRow { Name = worker.Name, Address = worker.Address, State = "ready" }));
        Sender.Tell(idle);
    }

    private StatusReply Nodes()
    {
        var reply = new StatusReply { Coordinator = address };
        reply.Servers.AddRange(servers.Values.Select(server => new ServerRow { Address = server.Address }));
        return reply;
    }

    private static StatusReply Complete(StatusReply ofRun, StatusReply nodes)
    {
        ofRun.Coordinator = nodes.Coordinator;
        if (ofRun.Servers.Count == 0)
        {
            ofRun.Servers.AddRange(nodes.Servers);
        }

        return ofRun;
    }

    private void OnQueryFeed(QueryFeed query)
    {
        if (feed is null)
        {
            Sender.Tell(new Status.Failure(new UserErrorException("there is no run to watch: submit one with disttrain train --cluster URL")));
        }
        else if (query.Run != 0 && query.Run != feed.Run)
        {
            Sender.Tell(new Status.Failure(new UserErrorException($"run {query.Run:x} is not known here; the last one is {feed.Run:x}")));
        }
        else
        {
            Sender.Tell(feed);
        }
    }

    private void OnRunEnded(RunEnded ended)
    {
        if (Sender.Equals(run))
        {
            Context.Unwatch(run);
            run = null;
            lastStatus = ended.Status;
        }
    }
}
