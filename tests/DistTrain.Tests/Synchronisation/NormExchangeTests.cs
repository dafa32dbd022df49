using CsCheck;
using DistTrain.Training.Optimizers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Tests.Synchronisation;

public sealed class NormExchangeTests
{
    /// <summary>Shares of two steps come in any order, some of them twice.</summary>
    [Fact]
    public void Squares_are_there_once_all_shares_are_and_do_not_depend_on_their_order() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[0, 1 << 20]).Sample((partitions, seed) =>
        {
            var random = new Random(seed);
            var exchange = new NormExchange(0, partitions);
            (int From, long Version)[] shares =
                [.. Enumerable.Range(0, partitions).SelectMany(from => new[] { (from, 7L), (from, 8L), (from, 8L) }).OrderBy(_ => random.Next())];
            var there = new HashSet<(int, long)>();
            foreach ((int from, long version) in shares)
            {
                exchange.Take(from, version, [new NormNode(0, from, version + from)]);
                there.Add((from, version));
                foreach (long asked in new[] { 7L, 8L })
                {
                    bool whole = Enumerable.Range(0, partitions).All(k => there.Contains((k, asked)));
                    Assert.Equal(whole ? Enumerable.Range(0, partitions).Sum(k => asked + k) : null, exchange.Squares(asked));
                    Assert.Equal(Enumerable.Range(1, partitions - 1).Where(k => !there.Contains((k, asked))), exchange.Lacking(asked));
                }
            }
        });

    [Fact]
    public void Share_of_a_past_step_changes_nothing_and_the_one_before_is_kept()
    {
        var exchange = new NormExchange(1, 2);
        exchange.Take(1, 5, [new NormNode(0, 1, 1)]);
        exchange.Take(1, 6, [new NormNode(0, 1, 2)]);
        Assert.Equal(1, Assert.Single(exchange.Own(5)!).Sum);

        exchange.Take(1, 7, [new NormNode(0, 1, 3)]);
        exchange.Take(0, 5, [new NormNode(0, 0, 100)]);

        Assert.Null(exchange.Own(5));
        Assert.Equal([0], exchange.Lacking(7));
        exchange.Take(0, 7, [new NormNode(0, 0, 4)]);
        Assert.Equal(7, exchange.Squares(7));
    }
}
