using DistTrain.Protocol.Client;

namespace DistTrain.Node.Client;

/// <summary>
/// What a client can ask of a coordinator. One implementation stands in front of the coordinator actor of this
/// process, another one calls the same operations over gRPC.
/// Bad input ends in a <see cref="Training.UserErrorException"/>.
/// </summary>
public interface ITrainingService
{
    Task<SubmitReply> SubmitAsync(SubmitRequest request, CancellationToken cancellation);

    Task<StatusReply> StatusAsync(CancellationToken cancellation);

    /// <summary>
    /// The records of a run (0: the current or the last one) from its first on; ends after its summary. Records of
    /// steps may be thinned out for a reader that is slower than the run; the others never are.
    /// </summary>
    IAsyncEnumerable<RunRecord> WatchAsync(ulong run, CancellationToken cancellation);

    Task<StopReply> StopAsync(string reason, CancellationToken cancellation);
}
