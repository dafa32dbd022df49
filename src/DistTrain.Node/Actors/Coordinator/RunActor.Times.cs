using Akka.Actor;
using DistTrain.Node.Runs;
using DistTrain.Protocol.Control;

namespace DistTrain.Node.Actors.Coordinator;

/// <content>Where the time goes: sums and spans of workers and partitions.</content>
internal sealed partial class RunActor
{
    private const string TimesTimer = "times";

    /// <summary>They answer between two gradients. Shorter than what a user would notice.</summary>
    private static readonly TimeSpan TellWithin = TimeSpan.FromMilliseconds(500);

    private readonly TimeAccount times = new();
    private readonly HashSet<IActorRef> untold = [];
    private readonly RunTrace? trace;
    private bool finishing;

    /// <summary>Spans are asked for of steps up to this one.</summary>
    private ulong TracedUntil => trace is null ? 0 : (ulong)(files!.Start.Version + RunTrace.MostSteps(files.Spec.Shards));

    private void ReceiveTimes()
    {
        Receive<TimesTold>(OnTimesTold);
        Receive<TimesOverdue>(_ => Conclude());
    }

    private void OnTimesTold(TimesTold told)
    {
        bool known = told.Worker == 0
            ? told.Partition < partitions.Length
            : told.Worker <= roster.Members.Count && roster.Members[(int)told.Worker - 1].Incarnation == told.Incarnation;
        if (told.Run != job.Run || phase == Phase.Ended || !known)
        {
            return;
        }

        times.Take(told, Elapsed);
        trace?.Add(told);
        if (told.Last && untold.Remove(Sender) && untold.Count == 0)
        {
            Conclude();
        }
    }

    /// <summary>All is done and saved; what is missing are the times of the last steps.</summary>
    private void Finish()
    {
        if (finishing)
        {
            return;
        }

        finishing = true;
        untold.UnionWith(roster.Ready.Select(member => workers[member.Number]).Concat(partitions));
        Timers.StartSingleTimer(TimesTimer, TimesOverdue.Instance, TellWithin);
        foreach (IActorRef actor in untold)
        {
            actor.Tell(new TellTimes { Run = job.Run });
        }
    }

    private void WriteTrace()
    {
        if (trace is not null && files is not null)
        {
            trace.Write(RunDirectory.Open(job.Directory).Trace, progress!.AppliedSomewhere, roster.Members.ToDictionary(member => (uint)member.Number, member => member.ToString()));
        }
    }

    private sealed record TimesOverdue
    {
        public static readonly TimesOverdue Instance = new();
    }
}
