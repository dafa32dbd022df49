using CsCheck;
using DistTrain.Node.Actors;
using DistTrain.Node.Actors.Server;
using DistTrain.Node.Plane;
using DistTrain.Protocol.Control;
using DistTrain.Training.Buffers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Tests.Actors;

public sealed class AppliedStepsTests
{
    [Fact]
    public void Account_says_of_every_step_and_shard_what_was_added() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 9], Gen.Int[0, 1000]).Sample((shards, steps, seed) =>
        {
            var random = new Random(seed);
            var applied = new AppliedSteps(run: 7, partition: 2);
            WorkerPeers workers = Linked(3);
            var pool = new BufferPool(1);
            var expected = new List<(long Version, double Time, double Rate, ShardContribution[] Given, int[] Workers)>();

            // Two accounts one after the other: nothing of the first is in the second.
            for (int account = 0; account < 2; account++)
            {
                expected.Clear();
                for (int step = 0; step < steps; step++)
                {
                    var tree = new GradientTree(shards);
                    ShardContribution[] given = [.. Enumerable.Range(0, shards).Select(shard =>
                        new ShardContribution(shard, random.Next(100), random.NextDouble(), random.Next(100), (ulong)random.NextInt64(), random.Next(100)))];
                    int[] by = [.. given.Select(_ => random.Next(3))];
                    for (int shard = 0; shard < shards; shard++)
                    {
                        tree.Offer(TreeNode.Leaf(shard), pool.Rent(), [given[shard]], by[shard]);
                    }

                    expected.Add((seed + step + 1, random.NextDouble(), random.NextDouble(), given, by));
                    applied.Add(expected[^1].Version, expected[^1].Time, expected[^1].Rate, tree, workers);
                }

                StepsApplied told = applied.Take()!;
                Assert.Equal((7ul, 2u, steps), (told.Run, told.Partition, told.Times.Count));
                Assert.True(AppliedStep.AreIn(told, shards));
                for (int step = 0; step < steps; step++)
                {
                    var read = new AppliedStep(told, step);
                    Assert.Equal((expected[step].Version, expected[step].Time, expected[step].Rate, shards), (read.Version, read.Time, read.LearningRate, read.Shards));
                    for (int shard = 0; shard < shards; shard++)
                    {
                        ShardContribution given = expected[step].Given[shard];
                        int worker = expected[step].Workers[shard] + 1;
                        Assert.Equal(
                            new AppliedMicrobatch(shard, given.Samples, given.LossSum, given.Correct, worker, (ulong)worker * 100, given.GradientChecksum, given.Skipped), read[shard]);
                    }
                }

                Assert.Null(applied.Take());
            }
        });

    [Fact]
    public void Account_with_a_column_too_short_or_of_other_shards_is_not_whole()
    {
        StepsApplied Account() => new()
        {
            Times = { 1 }, LearningRates = { 1 }, Samples = { 1, 1 }, LossSums = { 1, 1 }, Correct = { 1, 1 }, Skipped = { 0, 0 }, Workers = { 1, 1 }, Incarnations = { 1, 1 }, GradientChecksums = { 1, 1 },
        };
        Assert.True(AppliedStep.AreIn(Account(), 2));
        Assert.False(AppliedStep.AreIn(Account(), 1));
        Action<StepsApplied>[] cuts =
        [
            account => account.LearningRates.Clear(), account => account.Samples.RemoveAt(0), account => account.LossSums.RemoveAt(0), account => account.Correct.RemoveAt(0), account => account.Skipped.RemoveAt(0),
            account => account.Workers.RemoveAt(0), account => account.Incarnations.RemoveAt(0), account => account.GradientChecksums.RemoveAt(0),
        ];
        foreach (Action<StepsApplied> cut in cuts)
        {
            StepsApplied account = Account();
            cut(account);
            Assert.False(AppliedStep.AreIn(account, 2));
        }
    }

    private static WorkerPeers Linked(int workers)
    {
        var peers = new WorkerPeers();
        for (int worker = 1; worker <= workers; worker++)
        {
            peers.Add(new SilentPeer(new PlaneIdentity(7, 2, PlaneRole.Worker, worker, (ulong)worker * 100)));
        }

        return peers;
    }

    private sealed class SilentPeer(PlaneIdentity identity) : IPlanePeer
    {
        public PlaneIdentity Identity => identity;

        public string Address => "nowhere";

        public void SendWeights(long version, SharedBuffer weights)
        {
        }

        public void SendSnapshot(PartitionState state)
        {
        }

        public void Close(string reason)
        {
        }
    }
}
