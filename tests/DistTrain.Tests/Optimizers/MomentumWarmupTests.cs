using CsCheck;
using DistTrain.Training.Optimizers;

namespace DistTrain.Tests.Optimizers;

public sealed class MomentumWarmupTests
{
    private const double Beta1 = 0.9;
    private const double Decay = 0.004;

    [Fact]
    public void Momentum_begins_at_half_of_beta1_and_grows_to_it()
    {
        var momentum = new MomentumWarmup(Beta1, Decay);

        Assert.Equal(Beta1 / 2, momentum.At(1), 1e-3);
        Assert.Equal(Beta1, momentum.At(1_000_000), 1e-12);
        Gen.Long[1, 100_000].Sample(update => momentum.At(update) < momentum.At(update + 1));
    }

    [Fact]
    public void Momentum_grows_at_once_with_a_large_decay_and_never_without_one()
    {
        Assert.Equal(Beta1, new MomentumWarmup(Beta1, decay: 10).At(100), 1e-12);
        Assert.Equal(Beta1 / 2, new MomentumWarmup(Beta1, decay: 0).At(1_000_000));
    }

    /// <summary>A resumed run begins anywhere, and an update may be made again.</summary>
    [Fact]
    public void Product_is_the_same_bits_in_whatever_order_updates_come() =>
        Gen.Long[1, 80].Array[1, 20].Sample(updates =>
        {
            var asked = new MomentumWarmup(Beta1, Decay);
            foreach (long update in updates)
            {
                double expected = 1;
                for (long t = 1; t <= update; t++)
                {
                    expected *= Beta1 * (1 - (0.5 * Math.Pow(0.96, t * Decay)));
                }

                double product = asked.ProductUpTo(update);
                Assert.Equal(1 - expected, 1 - product);
                Assert.True(product == expected || (product == 0 && expected < 1e-16));
            }
        }, iter: 20);

    [Fact]
    public void Product_without_momentum_is_zero_and_far_updates_take_no_longer()
    {
        Assert.Equal(0, new MomentumWarmup(0, Decay).ProductUpTo(long.MaxValue));
        Assert.Equal(0, new MomentumWarmup(Beta1, Decay).ProductUpTo(long.MaxValue));
    }
}
