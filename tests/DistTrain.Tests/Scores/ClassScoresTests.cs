using CsCheck;
using DistTrain.Training.Models;
using DistTrain.Training.Scores;

namespace DistTrain.Tests.Scores;

public sealed class ClassScoresTests
{
    private static readonly Gen<(LossKind Loss, float[] Logits)> Outputs =
        Gen.Select(Gen.Enum<LossKind>(), Gen.Float[-30f, 30f].Array[1, 12], (loss, logits) => (loss, logits));

    [Fact]
    public void Probabilities_add_up_and_the_largest_logit_has_the_largest() => Outputs.Sample((loss, logits) =>
    {
        double[] probabilities = ClassScores.Probabilities(loss, logits);

        Assert.Equal(1, probabilities.Sum(), 1e-12);
        Assert.Equal(probabilities.Max(), probabilities[Softmax.Largest(logits)]);
    });

    [Fact]
    public void Probabilities_of_independent_classes_are_shares_of_their_sigmoids() => Gen.Float[-30f, 30f].Array[1, 12].Sample(logits =>
    {
        double[] sigmoids = [.. logits.Select(Sigmoid)];

        Assert.All(ClassScores.Probabilities(LossKind.BinaryCrossEntropy, logits).Zip(sigmoids), pair => Assert.Equal(pair.Second / sigmoids.Sum(), pair.First, 1e-12));
    });

    [Fact]
    public void Loss_is_what_its_formula_says() => Gen.Select(Gen.Enum<LossKind>(), Gen.Float[-10f, 10f].Array[1, 12], Gen.Int[0, 11]).Sample((loss, logits, any) =>
    {
        int label = any % logits.Length;
        double[] p = Softmax.Probabilities(logits);
        double[] s = [.. logits.Select(Sigmoid)];
        double[] t = [.. logits.Select((_, k) => k == label ? 1.0 : 0.0)];
        double expected = loss switch
        {
            LossKind.CrossEntropy => -Math.Log(p[label]),
            LossKind.MeanSquaredError => p.Zip(t, (a, b) => (a - b) * (a - b)).Average(),
            _ => s.Zip(t, (a, b) => -Math.Log(b == 1 ? a : 1 - a)).Average(),
        };

        Assert.Equal(expected, ClassScores.Loss(loss, logits, label), 1e-9 * (1 + expected));
    });

    [Theory]
    [InlineData(LossKind.CrossEntropy, 2e30)]
    [InlineData(LossKind.MeanSquaredError, 1)]
    [InlineData(LossKind.BinaryCrossEntropy, 1e30)]
    public void Huge_logits_do_not_overflow(LossKind loss, double expected)
    {
        float[] logits = [-1e30f, 1e30f];

        Assert.Equal([0.0, 1.0], ClassScores.Probabilities(loss, logits));
        Assert.Equal(expected, ClassScores.Loss(loss, logits, 0), 1e-6 * expected);
    }

    /// <summary>No sigmoid is above 0 as a double, but their shares are.</summary>
    [Fact]
    public void Classes_that_are_all_improbable_have_shares()
    {
        double[] probabilities = ClassScores.Probabilities(LossKind.BinaryCrossEntropy, [-1001f, -1000f]);

        Assert.Equal(Math.E, probabilities[1] / probabilities[0], 1e-9);
    }

    private static double Sigmoid(float z) => 1 / (1 + Math.Exp(-z));
}
