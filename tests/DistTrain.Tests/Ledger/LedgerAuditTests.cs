using CsCheck;
using DistTrain.Training;
using DistTrain.Training.Ledger;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Tests.Ledger;

public sealed class LedgerAuditTests : IDisposable
{
    private const int Partitions = 2;
    private static readonly EpochPlan Plan = new(samples: 23, shards: 3, batchSize: 6, seed: 5);
    private readonly string path = Path.Combine(Path.GetTempPath(), $"ledger-{Guid.NewGuid():n}");

    public void Dispose() => File.Delete(path);

    private static IEnumerable<LedgerRecord> Undisturbed(long from, long to)
    {
        for (long version = from + 1; version <= to; version++)
        {
            for (int partition = 0; partition < Partitions; partition++)
            {
                for (int shard = 0; shard < Plan.Shards; shard++)
                {
                    int step = Plan.StepOf(version - 1);
                    int samples = Plan.Microbatch(shard, step).GetOffsetAndLength(Plan.ShardSize(shard)).Length;
                    yield return new LedgerRecord(
                        LedgerRecordKind.Applied, partition, Plan.EpochOf(version - 1), shard, step, version, samples, 1, 77, 0xabc);
                }
            }
        }
    }

    private static AuditReport Check(IEnumerable<LedgerRecord> records, long? last = null) => new LedgerAudit(Plan, Partitions).Check(records, last);

    [Fact]
    public void Undisturbed_run_is_clean_and_counts_every_sample()
    {
        AuditReport report = Check(Undisturbed(0, 2 * Plan.StepsPerEpoch), 2 * Plan.StepsPerEpoch);
        Assert.Empty(report.Findings);
        Assert.Equal(2, report.CompleteEpochs);
        Assert.Equal(2 * Plan.Samples, report.Samples);
        Assert.Equal(2 * Plan.StepsPerEpoch, report.Updates);
    }

    [Fact]
    public void Any_single_record_lost_doubled_or_altered_is_found()
    {
        LedgerRecord[] records = [.. Undisturbed(0, 2 * Plan.StepsPerEpoch)];
        Gen.Select(Gen.Int[0, records.Length - 1], Gen.Int[0, 4]).Sample((at, damage) =>
        {
            List<LedgerRecord> damaged = [.. records];
            switch (damage)
            {
                case 0: damaged.RemoveAt(at); break;
                case 1: damaged.Insert(at, records[at]); break;
                case 2: damaged[at] = records[at] with { Samples = records[at].Samples + 1 }; break;
                case 3: damaged[at] = records[at] with { Shard = (records[at].Shard + 1) % Plan.Shards }; break;
                default: damaged[at] = records[at] with { Version = records[at].Version + 1 }; break;
            }

            Assert.False(Check(damaged, 2 * Plan.StepsPerEpoch).IsClean);
        });
    }

    [Fact]
    public void Records_after_the_checkpoint_that_a_run_resumed_from_are_void()
    {
        IEnumerable<LedgerRecord> records = [.. Undisturbed(0, 6), LedgerRecord.Resumption(4), .. Undisturbed(4, 8)];
        AuditReport report = Check(records, 8);
        Assert.Empty(report.Findings);
        Assert.Equal(2 * Plan.Shards * Partitions, report.VoidedRecords);
        Assert.False(Check([.. Undisturbed(0, 6), .. Undisturbed(4, 8)], 8).IsClean);
    }

    [Fact]
    public void Ledger_shorter_than_the_run_is_found() => Assert.False(Check(Undisturbed(0, 3), 4).IsClean);

    [Fact]
    public void Written_records_are_read_back_and_appended_to()
    {
        LedgerRecord[] records = [.. Undisturbed(0, 3)];
        using (var writer = new LedgerWriter(path))
        {
            writer.Append(records[0]);
        }

        using (var writer = new LedgerWriter(path))
        {
            foreach (LedgerRecord record in records[1..])
            {
                writer.Append(record);
            }
        }

        Assert.Equal(records, LedgerReader.Read(path));
    }

    [Fact]
    public void Torn_last_record_is_left_out_and_written_over()
    {
        LedgerRecord[] records = [.. Undisturbed(0, 1)];
        using (var writer = new LedgerWriter(path))
        {
            writer.Append(records[0]);
            writer.Append(records[1]);
        }

        using (FileStream file = File.OpenWrite(path))
        {
            file.SetLength(file.Length - 5);
        }

        Assert.Equal(records[..1], LedgerReader.Read(path));
        using (var writer = new LedgerWriter(path))
        {
            writer.Append(records[2]);
        }

        Assert.Equal([records[0], records[2]], LedgerReader.Read(path));
    }

    [Fact]
    public void Any_flipped_byte_is_an_error_that_names_the_file_never_another_record()
    {
        LedgerRecord[] records = [.. Undisturbed(0, 2)];
        using (var writer = new LedgerWriter(path))
        {
            foreach (LedgerRecord record in records)
            {
                writer.Append(record);
            }
        }

        byte[] bytes = File.ReadAllBytes(path);
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Int[1, 255]).Sample((at, flip) =>
        {
            string copy = $"{path}-{Guid.NewGuid():n}";
            byte[] damaged = [.. bytes];
            damaged[at] ^= (byte)flip;
            File.WriteAllBytes(copy, damaged);
            try
            {
                UserErrorException error = Assert.Throws<UserErrorException>(() => LedgerReader.Read(copy).ToList());
                Assert.StartsWith(copy, error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', error.Message);
            }
            finally
            {
                File.Delete(copy);
            }
        }, iter: 50);
    }
}
