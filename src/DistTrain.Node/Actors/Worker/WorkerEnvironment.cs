using DistTrain.Node.Plane;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Actors.Worker;

/// <summary>What a worker takes from its process.</summary>
/// <param name="LoadData">The data set of a job, the same object for all workers of the process. Tells how far it is. Fails if it is missing here or differs from the job's.</param>
/// <param name="CreateEngine">An engine for one worker. May take a while; is called on any thread.</param>
internal sealed record WorkerEnvironment(
    string Address,
    IPlaneConnector Plane,
    Func<JobSpec, IProgress<string>, CancellationToken, Task<ImageDataset>> LoadData,
    Func<JobSpec, IGradientEngine> CreateEngine,
    TimeProvider Time);
