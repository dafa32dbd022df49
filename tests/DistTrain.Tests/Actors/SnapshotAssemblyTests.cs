using CsCheck;
using DistTrain.Node.Actors.Coordinator;
using DistTrain.Node.Plane;
using DistTrain.Training.Buffers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Tests.Actors;

public class SnapshotAssemblyTests
{
    private const int Parameters = 100;

    [Fact]
    public void Parts_in_any_order_come_out_whole_by_version_and_no_sooner_than_allowed() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int).Sample((partitions, seed) =>
        {
            PartitionRange[] ranges = PartitionRange.Split(Parameters, partitions);
            using var assembly = new SnapshotAssembly(ranges);
            (int Partition, long Version)[] parts =
                [.. from partition in Enumerable.Range(0, partitions) from version in new long[] { 5, 9 } select (partition, version)];
            new Random(seed).Shuffle(parts);
            foreach ((int partition, long version) in parts)
            {
                Assert.Null(assembly.TakeNext(4));
                assembly.Add(partition, State(ranges[partition], version));
            }

            Assert.Null(assembly.TakeNext(4));
            AssertWhole(assembly.TakeNext(8)!, 5);
            Assert.Null(assembly.TakeNext(8));
            AssertWhole(assembly.TakeNext(9)!, 9);
            Assert.Null(assembly.TakeNext(100));
        });

    private static PartitionState State(PartitionRange range, long version)
    {
        var pool = new BufferPool(range.Length);
        SharedBuffer Fill(float add)
        {
            SharedBuffer buffer = pool.Rent();
            for (int i = 0; i < range.Length; i++)
            {
                buffer.Floats[i] = range.Offset + i + (1000 * version) + add;
            }

            return buffer;
        }

        return new PartitionState(version, Fill(0), Fill(0.25f), Fill(0.5f));
    }

    private static void AssertWhole(WholeState state, long version)
    {
        Assert.Equal(version, state.Version);
        float[] expected = [.. Enumerable.Range(0, Parameters).Select(i => (float)(i + (1000 * version)))];
        Assert.Equal(expected, state.Weights);
        Assert.Equal(expected.Select(value => value + 0.25f), state.FirstMoment);
        Assert.Equal(expected.Select(value => value + 0.5f), state.SecondMoment);
    }
}
