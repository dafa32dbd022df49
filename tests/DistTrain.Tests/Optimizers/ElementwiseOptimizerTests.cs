using CsCheck;
using DistTrain.Training.Optimizers;

namespace DistTrain.Tests.Optimizers;

/// <summary>What every optimizer promises: an element's bits depend on its own inputs and on nothing else.</summary>
public sealed class ElementwiseOptimizerTests
{
    private static readonly Penalties[] Penalties =
        [Training.Optimizers.Penalties.None, new Penalties(1e-3, 0, 0), new Penalties(0, 0.01, 0), new Penalties(2e-4, 0.03, 0.1)];

    private static readonly Gen<(string Name, Penalties Penalties, int Length, int Seed, double Clip)> Cases = Gen.Select(
        Gen.Int[0, OptimizerCatalog.All.Count - 1].Select(i => OptimizerCatalog.All[i].Name), Gen.Int[0, 3].Select(i => Penalties[i]), Gen.Int[1, 200], Gen.Int[0, 1 << 20], Gen.Bool.Select(clips => clips ? 0.37 : 1));

    [Fact]
    public void Update_has_the_same_bits_with_vectors_of_every_width() =>
        Cases.Sample((name, penalties, length, seed, clip) =>
        {
            string expected = Updated(name, penalties, length, seed, clip, lanes: 4, [0, length]);
            Assert.Equal(expected, Updated(name, penalties, length, seed, clip, lanes: 8, [0, length]));
            Assert.Equal(expected, Updated(name, penalties, length, seed, clip, lanes: 16, [0, length]));
        });

    [Fact]
    public void Update_in_any_ranges_has_the_bits_of_the_whole() =>
        Gen.Select(Cases, Gen.Int[1, 200].Array[0, 8]).Sample((of, cuts) =>
        {
            int[] ends = [0, .. cuts.Where(cut => cut < of.Length).Order(), of.Length];
            Assert.Equal(
                Updated(of.Name, of.Penalties, of.Length, of.Seed, of.Clip, lanes: 8, [0, of.Length]),
                Updated(of.Name, of.Penalties, of.Length, of.Seed, of.Clip, lanes: 8, ends));
        });

    [Fact]
    public void Moments_that_an_optimizer_does_not_name_are_not_needed_and_those_it_names_are()
    {
        foreach (OptimizerDescription known in OptimizerCatalog.All)
        {
            IOptimizer optimizer = OptimizerSamples.Create(known.Name, Training.Optimizers.Penalties.None, lanes: 8);
            Assert.Equal(known.Moments, optimizer.Moments);
            optimizer.Begin(1, 0.1, 4);
            float[] weights = new float[9];
            void Apply(Moments given) => optimizer.Apply(new UpdateBlock
            {
                Weights = weights, GradientSum = weights, FirstMoment = given.Zeros(Moments.First, 9), SecondMoment = given.Zeros(Moments.Second, 9), Updated = weights,
            });

            Apply(known.Moments);
            foreach (Moments moment in new[] { Moments.First, Moments.Second }.Where(moment => known.Moments.HasFlag(moment)))
            {
                Assert.Throws<ArgumentException>(() => Apply(known.Moments & ~moment));
            }
        }
    }

    private static string Updated(string name, Penalties penalties, int length, int seed, double clip, int lanes, int[] ends)
    {
        IOptimizer optimizer = OptimizerSamples.Create(name, penalties, lanes);
        float[] weights = OptimizerSamples.Values(length, seed, 0.2);
        float[] gradient = OptimizerSamples.Values(length, seed + 1, 50);
        float[] last = OptimizerSamples.Values(length, seed + 2, 50);
        float[] first = optimizer.Moments.HasFlag(Moments.First) ? OptimizerSamples.Values(length, seed + 3, 0.1) : [];
        float[] second = optimizer.Moments.HasFlag(Moments.Second) ? [.. OptimizerSamples.Values(length, seed + 4, 0.01).Select(Math.Abs)] : [];
        float[] updated = new float[length];
        optimizer.Begin(3, 1e-2, 64, clip);
        for (int i = 1; i < ends.Length; i++)
        {
            Range range = ends[i - 1]..ends[i];
            optimizer.Apply(new UpdateBlock
            {
                Weights = weights.AsSpan(range),
                GradientSum = gradient.AsSpan(range),
                LastTerm = last.AsSpan(range),
                FirstMoment = first.Length == 0 ? default : first.AsSpan(range),
                SecondMoment = second.Length == 0 ? default : second.AsSpan(range),
                Updated = updated.AsSpan(range),
            });
        }

        return string.Join(' ', updated.Concat(first).Concat(second).Select(value => BitConverter.SingleToUInt32Bits(value).ToString("x8", null)));
    }
}
