using CsCheck;
using DistTrain.Training.Engines.Torch;
using static TorchSharp.torch;

namespace DistTrain.Tests.Engines;

public sealed class MaximumPoolingTests
{
    /// <summary>Few distinct values, so that ties are everywhere, and now and then a NaN.</summary>
    private static readonly Gen<float> Value = Gen.OneOf(Gen.Int[-3, 3].Select(i => (float)i), Gen.Float[-1f, 1f], Gen.Frequency((9, Gen.Const(0f)), (1, Gen.Const(float.NaN))));

    [Fact]
    public void Values_and_gradients_are_those_of_max_pool2d() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 5], Gen.Int[1, 20]).SelectMany((planes, rows, columns) =>
            Value.Array[planes * rows * columns * 4].Select(values => (planes, rows, columns, values))).Sample(sample =>
            {
                using var scope = NewDisposeScope();
                long[] shape = [1, sample.planes, sample.rows * 2, sample.columns * 2];
                Tensor ours = tensor(sample.values, shape).requires_grad_(true);
                Tensor theirs = tensor(sample.values, shape).requires_grad_(true);
                Tensor slope = arange(1, (sample.values.Length / 4) + 1, ScalarType.Float32).view(1, sample.planes, sample.rows, sample.columns);

                Tensor pooled = MaximumPoolingFunction.apply(ours);
                Tensor expected = nn.functional.max_pool2d(theirs, 2, 2);
                pooled.backward([slope]);
                expected.backward([slope]);

                Assert.Equal(expected.data<float>().ToArray(), pooled.data<float>().ToArray());
                Assert.Equal(theirs.grad!.data<float>().ToArray(), ours.grad!.data<float>().ToArray());
            });

    [Fact]
    public void Planes_of_odd_sizes_are_refused()
    {
        using var scope = NewDisposeScope();

        Assert.Throws<NotSupportedException>(() => MaximumPoolingFunction.apply(zeros(1, 1, 3, 4)));
    }
}
