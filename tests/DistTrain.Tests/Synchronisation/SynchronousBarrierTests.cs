using CsCheck;
using DistTrain.Training.Buffers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Tests.Synchronisation;

public class SynchronousBarrierTests
{
    private readonly BufferPool pool = new(4);

    private PushOutcome Offer(SynchronousBarrier barrier, long version, int shard, int contributor = 0)
    {
        SharedBuffer sum = pool.Rent();
        sum.Floats.Fill(shard + 1);
        PushOutcome outcome = barrier.Offer(version, TreeNode.Leaf(shard), sum, [new ShardContribution(shard, 1, 0, 0, 0)], contributor);
        if (outcome is PushOutcome.Redundant or PushOutcome.Malformed)
        {
            sum.Release();
        }

        return outcome;
    }

    [Fact]
    public void Step_completes_when_the_last_shard_arrives_and_not_before()
    {
        var barrier = new SynchronousBarrier(shards: 3, version: 7, finishAt: 100);
        Assert.Equal(PushOutcome.Accepted, Offer(barrier, 7, 2));
        Assert.Equal(PushOutcome.Accepted, Offer(barrier, 7, 0));
        Assert.Equal([1], barrier.MissingShards());
        Assert.False(barrier.CanApply);
        Assert.Equal(PushOutcome.Completed, Offer(barrier, 7, 1));
        Assert.Equal([6f, 6f, 6f, 6f], barrier.Tree.AddUp().Floats.ToArray());
        barrier.Advance();
        Assert.Equal(8, barrier.Version);
        Assert.Equal([0, 1, 2], barrier.MissingShards());
    }

    [Fact]
    public void Push_of_the_past_or_twice_changes_nothing_and_of_the_future_is_malformed()
    {
        var barrier = new SynchronousBarrier(shards: 2, version: 3, finishAt: 100);
        Assert.Equal(PushOutcome.Redundant, Offer(barrier, 2, 0));
        Assert.Equal(PushOutcome.Accepted, Offer(barrier, 3, 0, contributor: 1));
        Assert.Equal(PushOutcome.Redundant, Offer(barrier, 3, 0, contributor: 2));
        Assert.Equal(1, barrier.Tree.Contributors[0]);
        Assert.Equal(PushOutcome.Malformed, Offer(barrier, 4, 1));
    }

    [Fact]
    public void Held_partitions_stop_at_the_highest_version_that_one_of_them_reached() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int, Gen.Int[1, 3]).Sample((partitions, seed, shards) =>
        {
            // Workers push to all partitions; a partition may be one step ahead of another when the stop comes.
            var random = new Random(seed);
            var barriers = Enumerable.Range(0, partitions).Select(_ => new SynchronousBarrier(shards, 0, 1000)).ToArray();
            foreach (SynchronousBarrier barrier in barriers.Where(_ => random.Next(2) == 0))
            {
                Complete(barrier, shards);
                barrier.Advance();
            }

            long last = barriers.Max(barrier => barrier.Hold());
            foreach (SynchronousBarrier barrier in barriers.Where(barrier => barrier.Version < last))
            {
                Complete(barrier, shards);
                Assert.False(barrier.CanApply);
            }

            foreach (SynchronousBarrier barrier in barriers)
            {
                barrier.StopAt(last);
                if (barrier.CanApply)
                {
                    barrier.Advance();
                }

                Assert.True(barrier.IsFinished);
                Assert.Equal(last, barrier.Version);
                Assert.Equal(PushOutcome.Redundant, Offer(barrier, last, 0));
            }
        });

    private void Complete(SynchronousBarrier barrier, int shards)
    {
        for (int shard = 0; shard < shards; shard++)
        {
            Offer(barrier, barrier.Version, shard);
        }
    }
}
