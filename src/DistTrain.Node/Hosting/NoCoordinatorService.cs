using DistTrain.Node.Client;
using DistTrain.Protocol.Client;
using DistTrain.Training;

namespace DistTrain.Node.Hosting;

/// <summary>What a node that is no coordinator answers to clients; it still answers health checks.</summary>
/// <param name="roles">Of this node, for the message.</param>
internal sealed class NoCoordinatorService(string roles) : ITrainingService
{
    public Task<SubmitReply> SubmitAsync(SubmitRequest request, CancellationToken cancellation) => throw Refusal();

    public Task<StatusReply> StatusAsync(CancellationToken cancellation) => throw Refusal();

    public IAsyncEnumerable<RunRecord> WatchAsync(ulong run, CancellationToken cancellation) => throw Refusal();

    public Task<StopReply> StopAsync(string reason, CancellationToken cancellation) => throw Refusal();

    private UserErrorException Refusal() => new($"this node has the role {roles} and is no coordinator: give the client URL of one that is");
}
