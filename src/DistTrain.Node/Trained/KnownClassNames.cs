using DistTrain.Training.Checkpoints;
using DistTrain.Training.Data;

namespace DistTrain.Node.Trained;

/// <summary>What a trained network's classes are called.</summary>
internal static class KnownClassNames
{
    /// <summary>As its checkpoint says. One that was written before checkpoints said it has those of the published set that it names. Empty if classes have only numbers.</summary>
    public static IReadOnlyList<string> Of(Checkpoint checkpoint) =>
        checkpoint.ClassNames.Count > 0 ? checkpoint.ClassNames : DatasetCatalog.ClassNamesOf(checkpoint.Job.Dataset);
}
