using System.CommandLine;

namespace DistTrain.Node.Commands;

/// <summary>A command whose help text ends with examples.</summary>
internal sealed class Verb : Command
{
    public Verb(string name, string description, params string[] examples)
        : base(name, description) => Examples = examples;

    /// <summary>A command line, then what it does after two spaces and a <c>#</c>, or a command line alone.</summary>
    public IReadOnlyList<string> Examples { get; }
}
