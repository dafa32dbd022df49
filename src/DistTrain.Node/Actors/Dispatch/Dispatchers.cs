using Akka.Actor;

namespace DistTrain.Node.Actors.Dispatch;

/// <summary>Names of the dispatchers in the actor system's configuration.</summary>
internal static class Dispatchers
{
    /// <summary>A thread of its own for each worker, so that heartbeats never wait for a gradient.</summary>
    public const string Compute = "disttrain.compute-dispatcher";

    /// <summary>Parameter servers: see <see cref="CallerRunsDispatcher"/>.</summary>
    public const string CallerRuns = "disttrain.caller-runs-dispatcher";

    /// <summary>The workers' threads of a system with <see cref="Configuration"/>.</summary>
    public static WaitingThreads WaitingThreads(ActorSystem system) => ((OwnThreadDispatcher)system.Dispatchers.Lookup(Compute)).Waiting;

    public const string Configuration = """
        akka.log-dead-letters = off

        # Ten milliseconds by default: on a machine whose cores all compute, each tick takes one of them from a worker for a fifth of a
        # millisecond. Nothing here is timed in less than a tenth of a second. The cluster would start a scheduler of its own below its setting.
        akka.scheduler.tick-duration = 100ms
        akka.cluster.scheduler.tick-duration = 100ms
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        disttrain.compute-dispatcher {
          type = "DistTrain.Node.Actors.Dispatch.OwnThreadDispatcherConfigurator, disttrain"
          throughput = 32

          # How long a worker without work stays awake, if nobody else wants its processor: longer than a usual wait for
          # the others of its step. A processor that has fallen asleep wakes up late, and the kernel moves who it wakes.
          spin = 3ms
        }
        disttrain.caller-runs-dispatcher {
          type = "DistTrain.Node.Actors.Dispatch.CallerRunsDispatcherConfigurator, disttrain"
          throughput = 32
        }
        """;
}
