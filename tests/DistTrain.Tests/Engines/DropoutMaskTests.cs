using CsCheck;
using DistTrain.Training.Engines;

namespace DistTrain.Tests.Engines;

public sealed class DropoutMaskTests
{
    private const int Units = 120;
    private const int Samples = 400;

    private static readonly DropoutKey Key = new(Seed: 7, Update: 11, Shard: 2);

    [Theory]
    [InlineData(1e-3)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Share_of_dropped_values_is_near_the_probability_and_kept_ones_have_its_scale(double probability)
    {
        float[] factors = Factors(probability, layer: 0, Key);
        float scale = (float)(1 / (1 - probability));

        Assert.All(factors, factor => Assert.True(factor == 0f || factor == scale, $"{factor} is neither 0 nor {scale}"));

        // Five standard deviations of a binomial share.
        double deviation = Math.Sqrt(probability * (1 - probability) / factors.Length);
        Assert.InRange(factors.Count(factor => factor == 0f) / (double)factors.Length, probability - (5 * deviation), probability + (5 * deviation));
    }

    public static TheoryData<string> Others => ["layer", "update", "shard", "seed"];

    /// <summary>Two independent fair masks agree in half of their places.</summary>
    [Theory]
    [MemberData(nameof(Others))]
    public void Masks_of_another_layer_update_shard_or_seed_are_independent(string other)
    {
        float[] one = Factors(0.5, layer: 0, Key);
        foreach (int distance in new[] { 1, 2, 3, 256 })
        {
            float[] two = other switch
            {
                "layer" => Factors(0.5, layer: distance, Key),
                "update" => Factors(0.5, layer: 0, Key with { Update = Key.Update + distance }),
                "shard" => Factors(0.5, layer: 0, Key with { Shard = Key.Shard + distance }),
                _ => Factors(0.5, layer: 0, Key with { Seed = Key.Seed + (ulong)distance }),
            };
            AssertIndependent(one, two);
        }
    }

    [Fact]
    public void Samples_and_units_of_one_mask_are_independent()
    {
        float[] factors = Factors(0.5, layer: 0, Key);
        foreach (int distance in new[] { 1, 2, 4, 8, Units, 2 * Units, 64 * Units })
        {
            AssertIndependent(factors[..^distance], factors[distance..]);
        }
    }

    [Fact]
    public void Factor_of_a_unit_depends_on_its_number_alone_not_on_how_many_there_are() => Gen.Select(Gen.Int[1, 300], Gen.Int[1, 300], Gen.Int[0, 5000], Gen.ULong, Gen.Long).Sample((a, b, sample, seed, update) =>
    {
        var mask = new DropoutMask(0.4, layer: 3);
        float[] few = new float[Math.Min(a, b)];
        float[] many = new float[Math.Max(a, b)];
        mask.Draw(new DropoutKey(seed, update, 1), sample, few);
        mask.Draw(new DropoutKey(seed, update, 1), sample, many);
        Assert.Equal(few, many[..few.Length]);
    });

    /// <summary>Runs must give these bits for ever: they are what a resumed run goes on with.</summary>
    [Fact]
    public void Mask_of_one_key_stays_what_it_is()
    {
        float[] factors = new float[24];
        new DropoutMask(0.5, layer: 1).Draw(new DropoutKey(Seed: 1, Update: 1, Shard: 1), sample: 1, factors);

        Assert.Equal("001011111101100010000110", string.Concat(factors.Select(factor => factor == 0f ? '0' : '1')));
    }

    /// <summary>Samples x units.</summary>
    private static float[] Factors(double probability, int layer, DropoutKey key)
    {
        var mask = new DropoutMask(probability, layer);
        float[] factors = new float[Samples * Units];
        for (int sample = 0; sample < Samples; sample++)
        {
            mask.Draw(key, sample, factors.AsSpan(sample * Units, Units));
        }

        return factors;
    }

    private static void AssertIndependent(float[] one, float[] two)
    {
        double agree = one.Zip(two, (a, b) => a == b ? 1 : 0).Average();
        Assert.InRange(agree, 0.5 - (5 * 0.5 / Math.Sqrt(one.Length)), 0.5 + (5 * 0.5 / Math.Sqrt(one.Length)));
    }
}
