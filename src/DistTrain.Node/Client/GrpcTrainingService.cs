using System.Runtime.CompilerServices;
using DistTrain.Protocol.Client;
using DistTrain.Training;
using Grpc.Core;
using Grpc.Net.Client;

namespace DistTrain.Node.Client;

/// <summary>The operations of a coordinator elsewhere, over gRPC. Errors come back as they were thrown there.</summary>
public sealed class GrpcTrainingService : ITrainingService, IDisposable
{
    /// <summary>Loading a data set comes after the reply, so this is ample.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly Uri url;
    private readonly GrpcChannel channel;
    private readonly Trainer.TrainerClient client;
    private bool answered;

    /// <param name="url">Client address of the coordinator, <c>http://host:port</c>.</param>
    public GrpcTrainingService(Uri url)
    {
        this.url = url;
        channel = CoordinatorChannel.Open(url);
        client = new Trainer.TrainerClient(channel);
    }

    public Task<SubmitReply> SubmitAsync(SubmitRequest request, CancellationToken cancellation) =>
        CallAsync(client.SubmitAsync(request, deadline: InTime(), cancellationToken: cancellation), cancellation);

    public Task<StatusReply> StatusAsync(CancellationToken cancellation) =>
        CallAsync(client.StatusAsync(new StatusRequest(), deadline: InTime(), cancellationToken: cancellation), cancellation);

    public Task<StopReply> StopAsync(string reason, CancellationToken cancellation) =>
        CallAsync(client.StopAsync(new StopRequest { Reason = reason }, deadline: InTime(), cancellationToken: cancellation), cancellation);

    public async IAsyncEnumerable<RunRecord> WatchAsync(ulong run, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using AsyncServerStreamingCall<RunRecord> call = client.Watch(new WatchRequest { Run = run }, cancellationToken: cancellation);
        while (await NextAsync(call.ResponseStream, cancellation).ConfigureAwait(false))
        {
            answered = true;
            yield return call.ResponseStream.Current;
        }
    }

    public void Dispose() => channel.Dispose();

    private static DateTime InTime() => DateTime.UtcNow + Deadline;

    private async Task<T> CallAsync<T>(AsyncUnaryCall<T> call, CancellationToken cancellation)
    {
        using (call)
        {
            try
            {
                T reply = await call.ResponseAsync.ConfigureAwait(false);
                answered = true;
                return reply;
            }
            catch (RpcException error)
            {
                throw Translate(error, cancellation);
            }
        }
    }

    private async Task<bool> NextAsync(IAsyncStreamReader<RunRecord> records, CancellationToken cancellation)
    {
        try
        {
            return await records.MoveNext(cancellation).ConfigureAwait(false);
        }
        catch (RpcException error)
        {
            throw Translate(error, cancellation);
        }
    }

    private Exception Translate(RpcException error, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return new OperationCanceledException(error.Message, error, cancellation);
        }

        return error.StatusCode switch
        {
            StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.NotFound => new UserErrorException(error.Status.Detail, error),
            StatusCode.Unimplemented => new UserErrorException($"what answers at {url} is not a coordinator of this version: look at the port and at disttrain version on both sides", error),
            _ when answered => new CoordinatorLostException($"the coordinator at {url.Authority} was lost ({Short(error)}): look at its log", error),
            _ => new UserErrorException($"no coordinator answers at {url.Authority} ({Short(error)}): start one with disttrain node --role coordinator, or correct --cluster", error),
        };
    }

    private static string Short(RpcException error) => error.StatusCode == StatusCode.DeadlineExceeded
        ? $"no answer within {Deadline.TotalSeconds:0} s"
        : error.Cause();
}
