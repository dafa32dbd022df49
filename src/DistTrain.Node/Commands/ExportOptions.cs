namespace DistTrain.Node.Commands;

/// <param name="Target">A run directory (its last good checkpoint is taken) or a checkpoint file.</param>
/// <param name="Output">File to write; one that is there is replaced.</param>
public sealed record ExportOptions(string Target, ExportFormat Format, string Output);
