using CsCheck;
using DistTrain.Training.Scores;

namespace DistTrain.Tests.Scores;

public sealed class ConfusionMatrixTests
{
    private static readonly Gen<(int Classes, (int Actual, int Predicted)[] Pairs)> Answers =
        from classes in Gen.Int[1, 12]
        from pairs in Gen.Select(Gen.Int[0, classes - 1], Gen.Int[0, classes - 1]).Array[0, 200]
        select (classes, pairs);

    [Fact]
    public void Scores_are_those_of_counting_by_hand() => Answers.Sample((classes, pairs) =>
    {
        ConfusionMatrix matrix = Of(classes, pairs);

        foreach (ClassScore score in matrix.Scores())
        {
            int k = score.Class;
            double right = pairs.Count(pair => pair == (k, k));
            int images = pairs.Count(pair => pair.Actual == k);
            int predicted = pairs.Count(pair => pair.Predicted == k);
            Assert.Equal((images, predicted), (score.Images, score.Predicted));
            Assert.Equal(predicted == 0 ? 0 : right / predicted, score.Precision);
            Assert.Equal(images == 0 ? 0 : right / images, score.Recall);
            double sum = score.Precision + score.Recall;
            Assert.Equal(sum == 0 ? 0 : 2 * score.Precision * score.Recall / sum, score.F1, 1e-12);
        }

        Assert.Equal(pairs.Count(pair => pair.Actual == pair.Predicted), matrix.Correct);
    });

    [Fact]
    public void Truth_and_prediction_exchanged_exchange_precision_and_recall() => Answers.Sample((classes, pairs) =>
    {
        MacroScore one = Of(classes, pairs).Macro();
        MacroScore other = Of(classes, [.. pairs.Select(pair => (pair.Predicted, pair.Actual))]).Macro();

        Assert.Equal((one.Precision, one.Recall, one.F1), (other.Recall, other.Precision, other.F1));
    });

    [Fact]
    public void Classes_that_never_occur_do_not_change_the_mean() => Answers.Sample((classes, pairs) =>
        Assert.Equal(Of(classes, pairs).Macro(), Of(classes + 3, pairs).Macro()));

    [Fact]
    public void Class_outside_is_refused()
    {
        var matrix = new ConfusionMatrix(3);

        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Add(3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Add(0, -1));
    }

    private static ConfusionMatrix Of(int classes, (int Actual, int Predicted)[] pairs)
    {
        var matrix = new ConfusionMatrix(classes);
        foreach ((int actual, int predicted) in pairs)
        {
            matrix.Add(actual, predicted);
        }

        return matrix;
    }
}
