using DistTrain.Node.Plane;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Actors.Coordinator;

/// <summary>A job that was accepted: its spec with the data set resolved, and where its files go.</summary>
/// <param name="Resume">Whether the directory holds a run to go on with.</param>
/// <param name="Trace">Whether its first steps are to be traced.</param>
public sealed record RunJob(ulong Run, JobSpec Spec, string Directory, bool Resume, bool Trace = false);

/// <summary>What a run takes from its process.</summary>
/// <param name="OpenFiles">Loads the data, opens the run directory and prepares the evaluation: all that takes time before nodes are asked.</param>
/// <param name="WorkerTimeout">How long a run waits for the workers and servers that it needs.</param>
/// <param name="LogsFailures">Whether a failed run is an error in this process's log too: not where the command that follows the run, and says it, writes to the same place.</param>
internal sealed record RunEnvironment(
    IPlaneConnector Plane,
    Func<RunJob, IProgress<string>, CancellationToken, Task<RunFiles>> OpenFiles,
    TimeSpan WorkerTimeout,
    TimeProvider Time,
    bool LogsFailures = false);
