namespace DistTrain.Node.Comparing;

/// <summary>What became of a study.</summary>
/// <param name="Finished">False when a stop was asked for before all trials were made.</param>
internal sealed record StudyOutcome(Comparison Comparison, string Folder, bool Finished)
{
    public string Report => Path.Combine(Folder, ComparisonFolder.Report);
}
