using System.Runtime.CompilerServices;
using DistTrain.Protocol.Client;

namespace DistTrain.Node.Actors.Coordinator;

/// <summary>
/// The records of one run, for any number of readers that begin and read when they like. Records of steps are kept
/// up to a limit, the others all; a reader that falls far behind misses steps and nothing else.
/// </summary>
public sealed class RunFeed(ulong run)
{
    private const int MostSteps = 20_000;

    private readonly Lock guard = new();
    private readonly List<RunRecord?> records = [];
    private int steps;

    /// <summary>No record of a step is kept before this one.</summary>
    private int oldestStep;

    private bool finished;
    private TaskCompletionSource changed = NewSignal();

    public ulong Run { get; } = run;

    /// <summary>Adds records and wakes the readers once; a summary is the last one.</summary>
    public void Publish(params ReadOnlySpan<RunRecord> added)
    {
        TaskCompletionSource signal;
        lock (guard)
        {
            foreach (RunRecord record in added)
            {
                Add(record);
            }

            signal = changed;
            changed = NewSignal();
        }

        signal.SetResult();
    }

    /// <summary>All records from the first on, and those to come, up to and including the summary.</summary>
    public async IAsyncEnumerable<RunRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        int position = 0;
        var taken = new List<RunRecord>();
        while (true)
        {
            Task more;
            bool last;
            taken.Clear();
            lock (guard)
            {
                for (; position < records.Count; position++)
                {
                    if (records[position] is { } record)
                    {
                        taken.Add(record);
                    }
                }

                more = changed.Task;
                last = finished;
            }

            foreach (RunRecord record in taken)
            {
                yield return record;
            }

            if (last)
            {
                yield break;
            }

            await more.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private void Add(RunRecord record)
    {
        if (finished)
        {
            return;
        }

        if (record.Start is { } start)
        {
            // A list that grows leaves as much behind as it holds.
            records.EnsureCapacity(records.Count + (int)Math.Min(MostSteps, start.TotalSteps - start.FirstStep));
        }

        if (record.KindCase == RunRecord.KindOneofCase.Step)
        {
            if (steps < MostSteps)
            {
                steps++;
            }
            else
            {
                ForgetOldestStep();
            }
        }

        records.Add(record);
        finished = record.KindCase == RunRecord.KindOneofCase.Summary;
    }

    private void ForgetOldestStep()
    {
        while (records[oldestStep]?.KindCase != RunRecord.KindOneofCase.Step)
        {
            oldestStep++;
        }

        records[oldestStep] = null;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
