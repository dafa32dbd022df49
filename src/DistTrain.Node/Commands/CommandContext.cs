using DistTrain.Node.Display;

namespace DistTrain.Node.Commands;

/// <summary>What every command is made with.</summary>
internal sealed record CommandContext(CommandServices Services, Terminal Terminal, StopRequest Stop, CommonOptions Common);
