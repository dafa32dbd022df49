namespace DistTrain.Node.Commands;

/// <param name="Target">A run directory (its last good checkpoint is taken) or a checkpoint file.</param>
/// <param name="Dataset">Data set whose test set is used; null for the one that the checkpoint was trained on.</param>
/// <param name="DataDirectory">Looked in before all other places; null for the usual ones.</param>
/// <param name="Threads">Threads of the engine.</param>
/// <param name="Mistakes">So many of the worst mistakes at most.</param>
/// <param name="Output">Folder for pictures; null for none.</param>
public sealed record EvaluateOptions(string Target, string? Dataset, string? DataDirectory, int Threads, int Mistakes, string? Output);
