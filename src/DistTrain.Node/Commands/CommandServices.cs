using DistTrain.Training.Jobs;

namespace DistTrain.Node.Commands;

/// <summary>All that the commands need from the rest of the program, in one place, so that tests can stand in for it.</summary>
public sealed class CommandServices
{
    /// <summary>Starts what <c>train</c> needs on this machine. The token is cancelled when the user gives up.</summary>
    public required Func<TrainOptions, CancellationToken, Task<ITrainingSession>> StartTraining { get; init; }

    /// <summary>Runs a node until the token is cancelled, leaves the cluster, and gives the exit code.</summary>
    public required Func<NodeOptions, CancellationToken, Task<int>> RunNode { get; init; }

    public required Func<EvaluateOptions, CancellationToken, Task<Evaluation>> Evaluate { get; init; }

    /// <summary>In the order of the images, each as soon as it is there.</summary>
    public required Func<PredictOptions, CancellationToken, IAsyncEnumerable<Prediction>> Predict { get; init; }

    public required Func<ExportOptions, CancellationToken, Task<ModelFile>> Export { get; init; }

    public required Func<ImportOptions, CancellationToken, Task<ModelFile>> Import { get; init; }

    /// <summary>Reads the ledger of a run directory.</summary>
    public required Func<string, CancellationToken, Task<AuditFindings>> Audit { get; init; }

    /// <summary>Reaches the coordinator at a client address.</summary>
    public required Func<Uri, ITrainingSession> Connect { get; init; }

    /// <summary>Null when the node at a client address is well, else what is wrong, in one line.</summary>
    public required Func<Uri, TimeSpan, CancellationToken, Task<string?>> CheckHealth { get; init; }

    /// <summary>Writes a job as in <c>spec.json</c>, or says in one line what is wrong with it.</summary>
    public required Func<JobSpec, string> WriteSpec { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required TimeProvider Clock { get; init; }
}
