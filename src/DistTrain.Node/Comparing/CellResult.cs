namespace DistTrain.Node.Comparing;

/// <summary>What the trials of a cell come to.</summary>
internal sealed class CellResult
{
    /// <param name="trials">Those that have ended, by seed.</param>
    /// <param name="refusal">Why the cell cannot be trained; null if it can.</param>
    /// <param name="wanted">Seeds of the study.</param>
    public CellResult(StudyCell cell, IReadOnlyList<TrialResult> trials, string? refusal, int wanted)
    {
        Cell = cell;
        Trials = trials;
        Completed = [.. trials.Where(trial => trial.Completed)];
        Accuracy = Spread.Of(Finite(trial => trial.TestAccuracy));
        Loss = Spread.Of(Finite(trial => trial.TestLoss));
        ValidationAccuracy = Spread.Of(Finite(trial => trial.ValidationAccuracy));
        Seconds = Spread.Of([.. Completed.Select(trial => trial.TrainSeconds)]);
        Problem = refusal is not null ? $"refused: {refusal}" : ProblemOf(wanted);
    }

    public StudyCell Cell { get; }

    public IReadOnlyList<TrialResult> Trials { get; }

    public IReadOnlyList<TrialResult> Completed { get; }

    /// <summary>Of the test set, over the trials that went to their end; from 0 to 1.</summary>
    public Spread? Accuracy { get; }

    /// <summary>Mean loss on the test set, likewise.</summary>
    public Spread? Loss { get; }

    /// <summary>Whether any trial has something to be ranked by: an accuracy, or, of a network that does not classify, a loss.</summary>
    public bool HasResult => Accuracy is not null || Loss is not null;

    public Spread? ValidationAccuracy { get; }

    /// <summary>Of training, likewise.</summary>
    public Spread? Seconds { get; }

    /// <summary>Why not every seed has a result, in one line; null if each has.</summary>
    public string? Problem { get; }

    private double[] Finite(Func<TrialResult, double?> value) => [.. Completed.Select(value).OfType<double>()];

    private string? ProblemOf(int wanted)
    {
        TrialResult? failed = Trials.FirstOrDefault(trial => !trial.Completed);
        return failed is not null ? $"{Trials.Count - Completed.Count} of {wanted} failed, seed {failed.Seed}: {failed.Message}"
            : Trials.Count < wanted ? $"{wanted - Trials.Count} of {wanted} not done yet"
            : null;
    }
}
