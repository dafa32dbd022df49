using System.Runtime.Intrinsics;
using CsCheck;
using DistTrain.Training.Optimizers;
using static TorchSharp.torch;

namespace DistTrain.Tests.Optimizers;

public sealed class AdamTests
{
    private readonly Adam adam = new(0.9, 0.999, 1e-8);

    [Fact]
    public void Update_in_any_ranges_has_the_bits_of_the_whole() =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[0, 1 << 20], Gen.Int[1, 5000], Gen.Int[1, 300].Array[0, 8]).Sample((length, seed, update, cuts) =>
        {
            // One of its own: samples are drawn on several threads, and an optimizer serves one at a time.
            var own = new Adam(0.9, 0.999, 1e-8);
            State whole = State.Random(length, seed);
            State parts = State.Random(length, seed);
            whole.Apply(own, update, 0, length);
            int[] ends = [0, .. cuts.Where(cut => cut < length).Order(), length];
            for (int i = 1; i < ends.Length; i++)
            {
                parts.Apply(own, update, ends[i - 1], ends[i]);
            }

            Assert.Equal(whole.Bits(), parts.Bits());
        });

    [Fact]
    public void Update_has_the_same_bits_with_vectors_of_every_width() =>
        Gen.Select(Gen.Int[1, 100], Gen.Int[0, 1 << 20], Gen.Int[1, 5000], Gen.Bool).Sample((length, seed, update, addWeights) =>
        {
            State four = State.Random(length, seed), eight = State.Random(length, seed), sixteen = State.Random(length, seed);
            four.Apply(new Adam(0.9, 0.999, 1e-8, lanes: 4), update, 0, length, addWeights);
            eight.Apply(new Adam(0.9, 0.999, 1e-8, lanes: 8), update, 0, length, addWeights);
            sixteen.Apply(new Adam(0.9, 0.999, 1e-8, lanes: 16), update, 0, length, addWeights);

            Assert.Equal(four.Bits(), eight.Bits());
            Assert.Equal(four.Bits(), sixteen.Bits());
        });

    /// <summary>Written out element by element, each operation rounded to single precision.</summary>
    [Fact]
    public void Update_is_the_sequence_of_operations_that_it_says()
    {
        State state = State.Random(61, seed: 6);
        State expected = State.Random(61, seed: 6);
        state.Apply(adam, 3, 0, 61);

        float stepSize = (float)(1e-3 / (1 - Math.Pow(0.9, 3)));
        float correction = (float)(1 / Math.Sqrt(1 - Math.Pow(0.999, 3)));
        for (int i = 0; i < 61; i++)
        {
            float gradient = expected.Gradient[i] * (float)(1.0 / 64);
            float first = (expected.First[i] * 0.9f) + (gradient * (float)(1 - 0.9));
            float second = (expected.Second[i] * 0.999f) + (gradient * gradient * (float)(1 - 0.999));
            float denominator = (MathF.Sqrt(second) * correction) + 1e-8f;
            expected.First[i] = first;
            expected.Second[i] = second;
            expected.Updated[i] = expected.Weights[i] - (first * stepSize / denominator);
        }

        Assert.Equal(expected.Bits(), state.Bits());
    }

    [Fact]
    public void Update_that_makes_the_last_addition_has_the_bits_of_one_after_it() =>
        Gen.Select(Gen.Int[1, 100], Gen.Int[0, 1 << 20]).Sample((length, seed) =>
        {
            State before = State.Random(length, seed);
            State onTheWay = State.Random(length, seed);
            for (int i = 0; i < length; i++)
            {
                before.Gradient[i] += before.Weights[i];
            }

            before.Apply(new Adam(0.9, 0.999, 1e-8), 5, 0, length);
            onTheWay.Apply(new Adam(0.9, 0.999, 1e-8), 5, 0, length, addWeights: true);

            Assert.Equal(before.Bits(), onTheWay.Bits());
        });

    [Fact]
    public void Update_of_spans_of_different_lengths_is_refused()
    {
        State state = State.Random(8, seed: 1);
        adam.Begin(1, 1e-3, 64);

        Assert.Throws<ArgumentException>(() => adam.Apply(new UpdateBlock
        {
            Weights = state.Weights, GradientSum = state.Gradient, LastTerm = state.Weights.AsSpan(1), FirstMoment = state.First, SecondMoment = state.Second, Updated = state.Updated,
        }));
    }

    [Fact]
    public void Update_of_single_elements_has_the_bits_of_vectors()
    {
        int length = 4 * Vector512<float>.Count;
        State vectors = State.Random(length, seed: 1);
        State singles = State.Random(length, seed: 1);

        vectors.Apply(adam, 7, 0, length);
        for (int i = 0; i < length; i++)
        {
            singles.Apply(adam, 7, i, i + 1);
        }

        Assert.Equal(vectors.Bits(), singles.Bits());
    }

    [Fact]
    public void Update_in_place_and_elsewhere_has_the_same_bits()
    {
        State apart = State.Random(100, seed: 4);
        State inPlace = State.Random(100, seed: 4);

        apart.Apply(adam, 3, 0, 100);
        adam.Begin(3, 1e-3, 64);
        adam.Apply(new UpdateBlock
        {
            Weights = inPlace.Weights, GradientSum = inPlace.Gradient, FirstMoment = inPlace.First, SecondMoment = inPlace.Second, Updated = inPlace.Weights,
        });

        Assert.Equal(apart.Updated, inPlace.Weights);
    }

    [Theory]
    [InlineData(0.9, 0.999, 1e-8)]
    [InlineData(0.5, 0.9, 1e-4)]
    public void Hundred_updates_equal_torch_optim_Adam(double beta1, double beta2, double epsilon)
    {
        const int Length = 61706;
        State ours = State.Random(Length, seed: 11);
        using var scope = NewDisposeScope();
        Tensor theirs = tensor(ours.Weights).requires_grad_(true);
        using var reference = optim.Adam([new TorchSharp.Modules.Parameter(theirs)], 1e-3, beta1, beta2, epsilon);
        var parameter = reference.parameters().Single();
        var optimizer = new Adam(beta1, beta2, epsilon);
        var random = new Random(5);
        Array.Clear(ours.First);
        Array.Clear(ours.Second);

        for (int update = 1; update <= 100; update++)
        {
            double learningRate = 1e-3 * (1 + Math.Sin(update));
            for (int i = 0; i < Length; i++)
            {
                ours.Gradient[i] = (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-4, 3)));
            }

            optimizer.Begin(update, learningRate, 60);
            optimizer.Apply(new UpdateBlock
            {
                Weights = ours.Weights, GradientSum = ours.Gradient, FirstMoment = ours.First, SecondMoment = ours.Second, Updated = ours.Weights,
            });

            using var step = NewDisposeScope();
            reference.ParamGroups.Single().LearningRate = learningRate;
            parameter.grad = tensor(ours.Gradient) / 60;
            reference.step();
        }

        float[] expected = parameter.data<float>().ToArray();
        for (int i = 0; i < Length; i++)
        {
            Assert.Equal(expected[i], ours.Weights[i], 1e-6f);
        }
    }

    [Fact]
    public void Weights_stay_when_every_gradient_is_zero()
    {
        State state = State.Random(50, seed: 2);
        Array.Clear(state.Gradient);
        Array.Clear(state.First);
        Array.Clear(state.Second);

        state.Apply(adam, 1, 0, 50);

        Assert.Equal(state.Weights, state.Updated);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Update_numbers_and_sample_counts_start_at_one(long update, long samples)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => adam.Begin(update, 1e-3, samples));
    }

    private sealed record State(float[] Weights, float[] Gradient, float[] First, float[] Second, float[] Updated)
    {
        public static State Random(int length, int seed)
        {
            var random = new Random(seed);
            float[] Values(double scale) => [.. Enumerable.Range(0, length).Select(_ => (float)((random.NextDouble() - 0.5) * scale))];
            return new State(Values(0.2), Values(50), Values(0.1), [.. Values(0.01).Select(Math.Abs)], new float[length]);
        }

        /// <param name="addWeights">Whether the weights, for want of other numbers, are the last term of the gradient.</param>
        public void Apply(Adam adam, long update, int from, int to, bool addWeights = false)
        {
            Range range = from..to;
            adam.Begin(update, 1e-3, 64);
            adam.Apply(new UpdateBlock
            {
                Weights = Weights.AsSpan(range),
                GradientSum = Gradient.AsSpan(range),
                LastTerm = addWeights ? Weights.AsSpan(range) : default,
                FirstMoment = First.AsSpan(range),
                SecondMoment = Second.AsSpan(range),
                Updated = Updated.AsSpan(range),
            });
        }

        public uint[] Bits() => [.. First.Concat(Second).Concat(Updated).Select(BitConverter.SingleToUInt32Bits)];
    }
}
