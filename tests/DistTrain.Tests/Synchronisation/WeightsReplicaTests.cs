using CsCheck;
using DistTrain.Training.Buffers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Tests.Synchronisation;

public class WeightsReplicaTests
{
    private const int Partitions = 3;
    private readonly PartitionRange[] ranges = PartitionRange.Split(100, Partitions);

    private void Store(WeightsReplica replica, int partition, long version) =>
        Store(replica, new BufferPool(ranges[partition].Length), partition, version);

    private static void Store(WeightsReplica replica, BufferPool pool, int partition, long version)
    {
        SharedBuffer weights = pool.Rent();
        weights.Floats.Fill(version);
        replica.Store(partition, version, weights);
    }

    [Fact]
    public void Version_is_whole_only_when_every_partition_gave_it()
    {
        var replica = new WeightsReplica(ranges);
        Store(replica, 0, 5);
        Store(replica, 1, 5);
        Assert.Equal(-1, replica.Version);
        Store(replica, 2, 5);
        Assert.Equal(5, replica.Version);
        Assert.True(replica.Weights.ToArray().All(weight => weight == 5));
    }

    [Fact]
    public void Version_in_use_stays_whole_while_others_are_one_ahead()
    {
        var replica = new WeightsReplica(ranges);
        for (int k = 0; k < Partitions; k++)
        {
            Store(replica, k, 5);
        }

        Store(replica, 0, 6);
        Store(replica, 1, 6);
        Assert.Equal(5, replica.Version);
        Assert.True(replica.Weights.ToArray().All(weight => weight == 5));
    }

    [Fact]
    public void Lacking_for_a_newcomer_between_two_versions_names_what_would_make_the_older_whole()
    {
        var replica = new WeightsReplica(ranges);
        Store(replica, 0, 6);
        Store(replica, 1, 5);
        Assert.Null(replica.Lacking());
        Store(replica, 2, 5);
        Assert.Equal((0, 5L), replica.Lacking());
        Store(replica, 0, 5);
        Assert.Equal(5, replica.Version);
        Assert.Null(replica.Lacking());
    }

    /// <summary>Any deliveries in order for each partition, some left out: what is called whole is one version throughout.</summary>
    [Fact]
    public void Weights_at_any_time_are_of_one_version() =>
        Gen.Select(Gen.Int[0, Partitions - 1], Gen.Int[1, 2]).Array[1, 60].Sample(deliveries =>
        {
            var replica = new WeightsReplica(ranges);
            long[] at = new long[Partitions];
            foreach ((int partition, int skip) in deliveries)
            {
                at[partition] += skip;
                Store(replica, partition, at[partition]);
                if (replica.Version >= 0)
                {
                    Assert.True(replica.Weights.ToArray().All(weight => weight == replica.Version));
                }
            }
        });

    [Fact]
    public void Weights_of_a_single_partition_are_kept_uncopied_and_given_back()
    {
        var pool = new BufferPool(100);
        var replica = new WeightsReplica(PartitionRange.Split(100, 1));
        for (long version = 0; version < 20; version++)
        {
            SharedBuffer weights = pool.Rent();
            weights.Floats.Fill(version);
            Assert.True(replica.Store(0, version, weights));
            Assert.True(replica.Weights == weights.Values);
            Store(replica, pool, 0, Math.Max(0, version - 1));
            Assert.Equal(version, replica.Version);
        }

        Assert.InRange(pool.Created, 1, 3);
        replica.Dispose();
        Assert.Equal(-1, replica.Version);
        int created = pool.Created;
        for (int i = 0; i < created; i++)
        {
            pool.Rent();
        }

        Assert.Equal(created, pool.Created);
    }

    [Fact]
    public void Inbox_that_nobody_empties_keeps_two_versions_a_partition()
    {
        var pool = new BufferPool(4);
        var inbox = new WeightsInbox(1);
        for (long version = 0; version < 100; version++)
        {
            Assert.Equal(version == 0, inbox.Add(0, version, pool.Rent()));
        }

        var taken = new List<long>();
        inbox.TakeAll((_, version, weights) =>
        {
            taken.Add(version);
            weights.Release();
        });
        Assert.Equal([98, 99], taken);
        Assert.InRange(pool.Created, 1, 4);
        Assert.True(inbox.Add(0, 100, pool.Rent()));
        inbox.Clear();
    }

    [Theory]
    [InlineData(1, 2, 3)]
    [InlineData(1, 3, 2)]
    [InlineData(2, 1, 3)]
    [InlineData(2, 3, 1)]
    [InlineData(3, 1, 2)]
    [InlineData(3, 2, 1)]
    public void Inbox_keeps_the_newest_two_versions_in_whatever_order_they_come(params int[] order)
    {
        var pool = new BufferPool(4);
        var inbox = new WeightsInbox(1);
        foreach (int version in order)
        {
            inbox.Add(0, version, pool.Rent());
        }

        var taken = new List<long>();
        inbox.TakeAll((_, version, weights) =>
        {
            taken.Add(version);
            weights.Release();
        });
        Assert.Equal([2, 3], taken);
        Assert.True(Plane.Samples.AllReturned(pool));
    }
}
