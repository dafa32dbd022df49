using Akka.Actor;
using DistTrain.Node.Actors.Worker;

namespace DistTrain.Node.Hosting;

/// <summary>Takes workers out of the run before their node leaves the cluster, so that nobody has to suspect them.</summary>
internal static class OrderlyLeave
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void Register(ActorSystem system, IReadOnlyList<IActorRef> workers) =>
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "workers-leave", async () =>
        {
            try
            {
                await Task.WhenAll(workers.Select(worker => worker.Ask<WorkerHasLeft>(LeaveCluster.Instance, Patience))).ConfigureAwait(false);
            }
            catch (AskTimeoutException)
            {
                // No coordinator answers: there is nobody to take leave of.
            }

            return Akka.Done.Instance;
        });
}
