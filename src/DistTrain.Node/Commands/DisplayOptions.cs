namespace DistTrain.Node.Commands;

/// <summary>How a command shows what it does.</summary>
/// <param name="Json">One JSON object a line on stdout, all else on stderr.</param>
/// <param name="Verbose">Logs and stack traces; no live view, which they would tear.</param>
/// <param name="NoColor">Also set by a non-empty NO_COLOR in the environment.</param>
public sealed record DisplayOptions(bool Json, bool Verbose, bool NoColor);
