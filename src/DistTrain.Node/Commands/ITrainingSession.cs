using DistTrain.Node.Client;

namespace DistTrain.Node.Commands;

/// <summary>
/// Something that can train: actors in this process, child processes on this machine, or a cluster elsewhere.
/// Disposing it ends what was started for it and nothing else.
/// </summary>
public interface ITrainingSession : IAsyncDisposable
{
    ITrainingService Service { get; }
}
