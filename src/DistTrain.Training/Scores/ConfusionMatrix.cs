namespace DistTrain.Training.Scores;

/// <summary>How often each class was taken for each.</summary>
public sealed class ConfusionMatrix
{
    private readonly int[] counts;

    public ConfusionMatrix(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        Classes = classes;
        counts = new int[checked(classes * classes)];
    }

    public int Classes { get; }

    /// <summary>Images of class <paramref name="actual"/> that were taken for <paramref name="predicted"/>.</summary>
    public int this[int actual, int predicted]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)actual, (uint)Classes, nameof(actual));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)predicted, (uint)Classes, nameof(predicted));
            return counts[(actual * Classes) + predicted];
        }
    }

    public void Add(int actual, int predicted)
    {
        _ = this[actual, predicted];
        counts[(actual * Classes) + predicted]++;
    }

    public int Correct => Enumerable.Range(0, Classes).Sum(k => this[k, k]);

    /// <summary>One a class, in their order.</summary>
    public IReadOnlyList<ClassScore> Scores()
    {
        int[] all = [.. Enumerable.Range(0, Classes)];
        return [.. all.Select(k => Score(k, all.Sum(j => this[k, j]), all.Sum(j => this[j, k])))];
    }

    /// <summary>Zeros if nothing was added.</summary>
    public MacroScore Macro()
    {
        ClassScore[] occurring = [.. Scores().Where(score => score.Images + score.Predicted > 0)];
        double Mean(Func<ClassScore, double> value) => occurring.Length == 0 ? 0 : occurring.Average(value);
        return new MacroScore(Mean(score => score.Precision), Mean(score => score.Recall), Mean(score => score.F1));
    }

    private ClassScore Score(int k, int images, int predicted)
    {
        int right = this[k, k];
        double precision = predicted == 0 ? 0 : (double)right / predicted;
        double recall = images == 0 ? 0 : (double)right / images;
        double f1 = images + predicted == 0 ? 0 : 2.0 * right / (images + predicted);
        return new ClassScore(k, images, predicted, precision, recall, f1);
    }
}
