using System.CommandLine;

namespace DistTrain.Node.Commands;

/// <summary>A command whose help text ends with notes and examples.</summary>
/// <param name="description">One sentence, shown in the list of all commands too.</param>
internal sealed class Verb(string name, string description) : Command(name, description)
{
    /// <summary>What else one should know; shown in the verb's own help only.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Command lines, with what they do behind them where that is not plain.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];
}
