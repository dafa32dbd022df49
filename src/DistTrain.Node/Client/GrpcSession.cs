using DistTrain.Node.Commands;

namespace DistTrain.Node.Client;

/// <summary>A coordinator elsewhere. Disposing closes the connection; the run goes on.</summary>
internal sealed class GrpcSession(Uri url) : ITrainingSession
{
    private readonly GrpcTrainingService service = new(url);

    public ITrainingService Service => service;

    public ValueTask DisposeAsync()
    {
        service.Dispose();
        return ValueTask.CompletedTask;
    }
}
