namespace DistTrain.Node.Commands;

/// <param name="Target">A run directory (its last good checkpoint is taken) or a checkpoint file.</param>
/// <param name="Images">Files, PNG or JPEG; <c>-</c> for standard input.</param>
/// <param name="Invert">They are dark on white.</param>
/// <param name="Centre">Content goes to where MNIST has it.</param>
/// <param name="Threads">Threads of the engine.</param>
public sealed record PredictOptions(string Target, IReadOnlyList<string> Images, bool Invert, bool Centre, int Threads);
