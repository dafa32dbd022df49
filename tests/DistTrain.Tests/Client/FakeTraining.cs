using System.Runtime.CompilerServices;
using System.Threading.Channels;
using DistTrain.Node.Client;
using DistTrain.Protocol.Client;

namespace DistTrain.Tests.Client;

/// <summary>A coordinator that says what a test tells it to say, and remembers what it was asked.</summary>
internal sealed class FakeTraining : ITrainingService
{
    private readonly Channel<RunRecord> records = Channel.CreateUnbounded<RunRecord>();

    public SubmitRequest? Submitted { get; private set; }

    public ulong? Watched { get; private set; }

    public string? StopReason { get; private set; }

    /// <summary>Thrown by every operation but a watch.</summary>
    public Exception? Failure { get; set; }

    public StatusReply StatusToGive { get; set; } = new() { State = "idle" };

    /// <summary>What happens when a stop is asked for.</summary>
    public Action OnStop { get; set; } = () => { };

    public void Give(params IEnumerable<RunRecord> more)
    {
        foreach (RunRecord record in more)
        {
            Assert.True(records.Writer.TryWrite(record));
        }
    }

    public void EndRecords(Exception? why = null) => records.Writer.TryComplete(why);

    public Task<SubmitReply> SubmitAsync(SubmitRequest request, CancellationToken cancellation)
    {
        Submitted = request;
        return Answer(new SubmitReply { Run = 7, RunDirectory = "runs/x" });
    }

    public Task<StatusReply> StatusAsync(CancellationToken cancellation) => Answer(StatusToGive);

    public async IAsyncEnumerable<RunRecord> WatchAsync(ulong run, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Watched = run;
        await foreach (RunRecord record in records.Reader.ReadAllAsync(cancellation))
        {
            yield return record;
        }
    }

    public Task<StopReply> StopAsync(string reason, CancellationToken cancellation)
    {
        StopReason = reason;
        OnStop();
        return Answer(new StopReply { Stopping = true });
    }

    private Task<T> Answer<T>(T reply) => Failure is null ? Task.FromResult(reply) : Task.FromException<T>(Failure);
}
