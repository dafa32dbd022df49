using DistTrain.Training;

namespace DistTrain.Node.Export;

/// <summary>A file whose tensors are not those of a model.</summary>
public sealed class ImportDefectsException(string file, string model, IReadOnlyList<string> defects)
    : UserErrorException($"{file}: its tensors are not those of {model}: {string.Join("; ", defects)}")
{
    /// <summary>A line each.</summary>
    public IReadOnlyList<string> Defects { get; } = [.. defects.Select(defect => $"{file}: {defect}")];
}
