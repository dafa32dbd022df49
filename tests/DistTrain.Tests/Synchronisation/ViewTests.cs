using CsCheck;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Tests.Synchronisation;

public class ViewTests
{
    [Fact]
    public void Next_gives_every_shard_to_one_worker_and_sizes_that_differ_by_one_at_most() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 50]).Sample((shards, workers) =>
        {
            int[] numbers = [.. Enumerable.Range(3, workers)];
            View view = View.Empty.Next(shards, numbers);
            Assert.Equal(1, view.Number);
            Assert.Equal(shards, view.Owners.Count);
            int[] sizes = [.. numbers.Select(number => view.ShardsOf(number).Count())];
            Assert.Equal(shards, sizes.Sum());
            Assert.True(workers > shards || sizes.Max() - sizes.Min() <= 1);
            foreach (int number in numbers)
            {
                int[] held = [.. view.ShardsOf(number)];
                Assert.Equal(Enumerable.Range(held.FirstOrDefault(), held.Length), held);
            }
        });

    [Fact]
    public void Next_without_workers_has_no_owners() => Assert.Empty(View.Empty.Next(4, []).Owners);

    [Fact]
    public void Shares_name_each_owner_once()
    {
        View view = View.Empty.Next(5, [2, 7, 11]);

        Assert.Equal("worker 2 has 0; worker 7 has 1, 2; worker 11 has 3, 4", view.Shares());
        Assert.Equal("worker 3 has 0, 1", View.Empty.Next(2, [3]).Shares());
        Assert.Equal("", View.Empty.Shares());
    }

    [Fact]
    public void Split_covers_the_vector_in_whole_cache_lines() =>
        Gen.Select(Gen.Int[1, 100_000], Gen.Int[1, 9]).Sample((parameters, partitions) =>
        {
            PartitionRange[] ranges = PartitionRange.Split(parameters, partitions);
            Assert.Equal(partitions, ranges.Length);
            int next = 0;
            foreach (PartitionRange range in ranges)
            {
                Assert.Equal(next, range.Offset);
                Assert.True(range.Offset % 16 == 0 || range.Length == 0);
                next += range.Length;
            }

            Assert.Equal(parameters, next);
        });
}
