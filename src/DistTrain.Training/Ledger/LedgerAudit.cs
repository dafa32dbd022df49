using DistTrain.Training.Synchronisation;

namespace DistTrain.Training.Ledger;

/// <summary>What an audit found.</summary>
/// <param name="Updates">Updates that are recorded and hold.</param>
/// <param name="Microbatches">Microbatches that went into exactly one update.</param>
/// <param name="Samples">Samples in them.</param>
/// <param name="CompleteEpochs">Epochs of which every sample went into exactly one update.</param>
/// <param name="VoidedRecords">Records of updates that were lost with a crash and done again after a resume.</param>
/// <param name="Findings">One line for each thing that does not hold, the first ones of very many.</param>
public sealed record AuditReport(
    long Updates,
    long Microbatches,
    long Samples,
    int CompleteEpochs,
    long VoidedRecords,
    IReadOnlyList<string> Findings)
{
    public bool IsClean => Findings.Count == 0;
}

/// <summary>
/// Proves from a ledger that each sample of each epoch went into exactly one applied update of every partition, or
/// names those that did not.
/// </summary>
public sealed class LedgerAudit(EpochPlan plan, int partitions)
{
    private const int MostFindings = 10_000;

    private readonly List<string> findings = [];
    private long suppressed;

    /// <param name="records">In the order they were written.</param>
    /// <param name="finalVersion">The version that the run says it reached; null if it does not say.</param>
    public AuditReport Check(IEnumerable<LedgerRecord> records, long? finalVersion)
    {
        findings.Clear();
        suppressed = 0;
        var applied = new List<LedgerRecord>();
        long voided = 0;
        foreach (LedgerRecord record in records)
        {
            if (record.Kind == LedgerRecordKind.Resumed)
            {
                voided += applied.RemoveAll(earlier => earlier.Version > record.Version);
            }
            else
            {
                applied.Add(record);
            }
        }

        long last = applied.Count == 0 ? 0 : applied.Max(record => record.Version);
        if (finalVersion is { } expected && expected != last)
        {
            Find($"the run ended at version {expected}, the ledger at version {last}");
        }

        long end = Math.Max(last, finalVersion ?? 0);
        IReadOnlyDictionary<(long Version, int Shard, int Partition), LedgerRecord> bySlot = Index(applied);
        AuditReport report = CheckVersions(bySlot, end) with { VoidedRecords = voided };
        if (suppressed > 0)
        {
            findings.Add($"... and {suppressed} more");
        }

        return report with { Findings = [.. findings] };
    }

    private Dictionary<(long Version, int Shard, int Partition), LedgerRecord> Index(List<LedgerRecord> applied)
    {
        var bySlot = new Dictionary<(long, int, int), LedgerRecord>(applied.Count);
        foreach (LedgerRecord record in applied)
        {
            string what = $"epoch {record.Epoch + 1}, shard {record.Shard}, step {record.Step}, partition {record.Partition}";
            if (record.Version < 1 || record.Shard >= plan.Shards || record.Shard < 0 || record.Partition >= partitions)
            {
                Find($"{what}: there is no such microbatch in this job");
            }
            else if (plan.EpochOf(record.Version - 1) != record.Epoch || plan.StepOf(record.Version - 1) != record.Step)
            {
                Find($"{what}: applied at version {record.Version}, where the plan has another step");
            }
            else if (!bySlot.TryAdd((record.Version, record.Shard, record.Partition), record))
            {
                Find($"{what}: applied twice, at version {record.Version}");
            }
        }

        return bySlot;
    }

    private AuditReport CheckVersions(IReadOnlyDictionary<(long Version, int Shard, int Partition), LedgerRecord> bySlot, long end)
    {
        long updates = 0;
        long microbatches = 0;
        long samples = 0;
        int completeEpochs = 0;
        var seen = new bool[plan.Samples];
        int[][] orders = [.. Enumerable.Range(0, plan.Shards).Select(shard => new int[plan.ShardSize(shard)])];
        for (long version = 1; version <= end; version++)
        {
            int epoch = plan.EpochOf(version - 1);
            int step = plan.StepOf(version - 1);
            if (step == 0)
            {
                Array.Clear(seen);
                for (int shard = 0; shard < plan.Shards; shard++)
                {
                    plan.Order(epoch, shard, orders[shard]);
                }
            }

            bool whole = true;
            for (int shard = 0; shard < plan.Shards; shard++)
            {
                if (!CheckMicrobatch(bySlot, version, epoch, shard, step))
                {
                    whole = false;
                    continue;
                }

                microbatches++;
                foreach (int sample in orders[shard].AsSpan(plan.Microbatch(shard, step)))
                {
                    if (seen[sample])
                    {
                        Find($"epoch {epoch + 1}: sample {sample} went into two updates");
                    }

                    seen[sample] = true;
                    samples++;
                }
            }

            updates += whole ? 1 : 0;
            if (step == plan.StepsPerEpoch - 1 && Array.TrueForAll(seen, was => was))
            {
                completeEpochs++;
            }
        }

        return new AuditReport(updates, microbatches, samples, completeEpochs, 0, []);
    }

    private bool CheckMicrobatch(
        IReadOnlyDictionary<(long Version, int Shard, int Partition), LedgerRecord> bySlot, long version, int epoch, int shard, int step)
    {
        (int start, int length) = plan.Microbatch(shard, step).GetOffsetAndLength(plan.ShardSize(shard));
        bool holds = true;
        for (int partition = 0; partition < partitions; partition++)
        {
            if (!bySlot.TryGetValue((version, shard, partition), out LedgerRecord record))
            {
                Find($"epoch {epoch + 1}, shard {shard}, step {step}, partition {partition}: in no update ({length} samples from position {start})");
                holds = false;
            }
            else if (record.Samples != length)
            {
                Find($"epoch {epoch + 1}, shard {shard}, step {step}, partition {partition}: {record.Samples} samples were applied, the plan has {length}");
                holds = false;
            }
        }

        return holds;
    }

    private void Find(string finding)
    {
        if (findings.Count < MostFindings)
        {
            findings.Add(finding);
        }
        else
        {
            suppressed++;
        }
    }
}
