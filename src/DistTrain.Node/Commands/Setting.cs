namespace DistTrain.Node.Commands;

/// <summary>
/// One knob of <typeparamref name="T"/>: the same value can come from a file, the environment or the command line,
/// and is checked in the same place.
/// </summary>
/// <param name="Option">Name on the command line, e.g. <c>--batch-size</c>; null when it has none.</param>
/// <param name="Key">Name in the file, e.g. <c>batchSize</c>; null when a file cannot set it.</param>
/// <param name="Variable">Name in the environment, e.g. <c>DISTTRAIN_BATCH_SIZE</c>; null when it cannot set it.</param>
/// <param name="Placeholder">Stands for the value in help texts.</param>
/// <param name="Description">One line for help texts.</param>
/// <param name="Default">What help texts give as default; null for none.</param>
/// <param name="Apply">Options, origin of the value for messages, value as text: the options with the value set.</param>
public sealed record Setting<T>(
    string? Option,
    string? Key,
    string? Variable,
    string Placeholder,
    string Description,
    string? Default,
    Func<T, string, string, T> Apply);
