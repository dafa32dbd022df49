using DistTrain.Protocol.Client;
using DistTrain.Training;
using Grpc.Core;

namespace DistTrain.Node.Client;

/// <summary>The client plane: offers a coordinator's operations over gRPC.</summary>
public sealed class TrainerService(ITrainingService training) : Trainer.TrainerBase
{
    public override Task<SubmitReply> Submit(SubmitRequest request, ServerCallContext context) =>
        AnswerAsync(() => training.SubmitAsync(request, context.CancellationToken), context.CancellationToken);

    public override Task<StatusReply> Status(StatusRequest request, ServerCallContext context) =>
        AnswerAsync(() => training.StatusAsync(context.CancellationToken), context.CancellationToken);

    public override Task<StopReply> Stop(StopRequest request, ServerCallContext context) =>
        AnswerAsync(() => training.StopAsync(request.Reason, context.CancellationToken), context.CancellationToken);

    public override Task Watch(WatchRequest request, IServerStreamWriter<RunRecord> responseStream, ServerCallContext context) =>
        AnswerAsync(
            async () =>
            {
                await foreach (RunRecord record in training.WatchAsync(request.Run, context.CancellationToken).ConfigureAwait(false))
                {
                    await responseStream.WriteAsync(record, context.CancellationToken).ConfigureAwait(false);
                }

                return true;
            },
            context.CancellationToken);

    /// <summary>
    /// The user's mistakes travel as they are; of the program's own a client gets the message, and the log the rest.
    /// </summary>
    private static async Task<T> AnswerAsync<T>(Func<Task<T>> answer, CancellationToken cancellation)
    {
        try
        {
            return await answer().ConfigureAwait(false);
        }
        catch (UserErrorException error)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, error.Message));
        }
        catch (RunInProgressException error)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, error.Message));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "the client has gone"));
        }
    }
}
