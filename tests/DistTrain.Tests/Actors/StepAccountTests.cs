using DistTrain.Node.Actors;
using DistTrain.Node.Actors.Coordinator;
using DistTrain.Protocol.Control;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Tests.Actors;

public sealed class StepAccountTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(250)]
    [InlineData(4000)]
    public void Rate_is_exact_from_the_second_step_on_however_close_steps_are(double milliseconds)
    {
        var between = TimeSpan.FromMilliseconds(milliseconds);
        var account = new StepAccount(new EpochPlan(1_000_000, shards: 1, batchSize: 4, seed: 1), partitions: 1, start: 0);
        Assert.Equal(0, account.SamplesPerSecond(between));
        int steps = Take(account, samples: 4, between, from: 0, count: 15_000, check: true);

        // What was more than a second ago no longer counts.
        steps = Take(account, samples: 8, between, steps, Math.Max(2, (int)(1100 / milliseconds)), check: false);
        Take(account, samples: 8, between, steps, 50, check: true);
    }

    [Fact]
    public void Skipped_samples_are_counted_by_epoch()
    {
        // Two steps of four samples an epoch.
        var account = new StepAccount(new EpochPlan(8, shards: 1, batchSize: 4, seed: 1), partitions: 1, start: 0);
        foreach ((int step, uint skipped) in new[] { (1, 0u), (2, 3u), (3, 4u), (4, 4u) })
        {
            StepsApplied applied = Account(step, samples: 4);
            applied.Skipped[0] = skipped;
            account.Take(0, new AppliedStep(applied, 0), TimeSpan.FromSeconds(step));
        }

        Assert.Equal(3.0 / 8, account.Epoch(0)!.Value.SkippedShare);
        Assert.Equal(1, account.Epoch(1)!.Value.SkippedShare);
    }

    private static int Take(StepAccount account, int samples, TimeSpan between, int from, int count, bool check)
    {
        for (int step = from + 1; step <= from + count; step++)
        {
            account.Take(0, new AppliedStep(Account(step, samples), 0), step * between);
            if (check)
            {
                Assert.Equal(step == 1 ? 0 : samples / between.TotalSeconds, account.SamplesPerSecond(step * between), 1e-6 / between.TotalSeconds);
            }
        }

        return from + count;
    }

    private static StepsApplied Account(int version, int samples) => new()
    {
        FirstVersion = (ulong)version,
        Times = { 0 },
        LearningRates = { 0.1 },
        Samples = { (uint)samples },
        LossSums = { 1 },
        Correct = { 1 },
        Skipped = { 0 },
        Workers = { 1 },
        Incarnations = { 1 },
        GradientChecksums = { 1 },
    };
}
