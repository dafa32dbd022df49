using System.Text;

namespace DistTrain.Training.Synchronisation;

/// <summary>A numbered assignment of every shard to one worker.</summary>
/// <param name="Number">Later views have larger numbers.</param>
/// <param name="Owners">The worker's number, by shard; empty while there is no worker.</param>
public sealed record View(int Number, IReadOnlyList<int> Owners)
{
    public static readonly View Empty = new(0, []);

    /// <summary>The shards of one worker, ascending.</summary>
    public IEnumerable<int> ShardsOf(int worker) => Enumerable.Range(0, Owners.Count).Where(shard => Owners[shard] == worker);

    /// <summary>Who has which shards, for messages: "worker 1 has 0, 1; worker 2 has 2, 3".</summary>
    public string Shares()
    {
        // Not by LINQ, whose types over numbers would be compiled while the first step waits.
        var text = new StringBuilder();
        for (int shard = 0; shard < Owners.Count; shard++)
        {
            // Runs are contiguous.
            if (shard > 0 && Owners[shard] == Owners[shard - 1])
            {
                text.Append(", ");
            }
            else
            {
                text.Append(shard == 0 ? "worker " : "; worker ").Append(Owners[shard]).Append(" has ");
            }

            text.Append(shard);
        }

        return text.ToString();
    }

    /// <summary>
    /// The next view for these workers: contiguous runs of shards whose sizes differ by at most one, which keeps
    /// whole subtrees on one worker and so the number of vectors on the wire small.
    /// </summary>
    /// <param name="workers">In a stable order; those beyond the number of shards are spare.</param>
    public View Next(int shards, IReadOnlyList<int> workers)
    {
        if (workers.Count == 0)
        {
            return new View(Number + 1, []);
        }

        int active = Math.Min(workers.Count, shards);
        var owners = new int[shards];
        for (int i = 0; i < active; i++)
        {
            int start = (int)((long)shards * i / active);
            int end = (int)((long)shards * (i + 1) / active);
            owners.AsSpan(start, end - start).Fill(workers[i]);
        }

        return new View(Number + 1, owners);
    }
}
