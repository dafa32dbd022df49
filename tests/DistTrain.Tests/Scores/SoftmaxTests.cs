using CsCheck;
using DistTrain.Training.Scores;

namespace DistTrain.Tests.Scores;

public sealed class SoftmaxTests
{
    private static readonly Gen<float[]> Logits = Gen.Float[-200f, 200f].Array[1, 20];

    [Fact]
    public void Probabilities_add_up_and_follow_the_logits() => Logits.Sample(logits =>
    {
        double[] probabilities = Softmax.Probabilities(logits);

        Assert.Equal(1, probabilities.Sum(), 1e-12);
        Assert.Equal(probabilities.Max(), probabilities[Softmax.Largest(logits)]);
        for (int k = 0; k < logits.Length; k++)
        {
            // The ratio of two probabilities is exp of the difference, which needs no sum.
            double ratio = Math.Exp((double)logits[k] - logits[0]);
            Assert.Equal(ratio * probabilities[0], probabilities[k], 1e-12 + (1e-9 * probabilities[k]));
        }
    });

    [Fact]
    public void Loss_is_minus_the_logarithm_of_the_probability() => Logits.Sample(logits =>
        Assert.Equal(Softmax.Probabilities(logits)[0], Math.Exp(-Softmax.Loss(logits, 0)), 1e-12));

    [Fact]
    public void Huge_logits_do_not_overflow()
    {
        float[] logits = [-1e30f, 1e30f];

        Assert.Equal([0.0, 1.0], Softmax.Probabilities(logits));
        Assert.Equal(2e30, Softmax.Loss(logits, 0), 1e24);
    }

    [Fact]
    public void Of_equal_logits_the_first_is_the_largest() => Assert.Equal(1, Softmax.Largest([0f, 2f, 2f, 1f]));
}
