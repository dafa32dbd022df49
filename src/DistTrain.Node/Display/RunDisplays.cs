using DistTrain.Node.Commands;

namespace DistTrain.Node.Display;

/// <summary>Chooses how a run is shown.</summary>
internal static class RunDisplays
{
    public static IRunDisplay Open(Terminal terminal, DisplayOptions options, TimeProvider clock)
    {
        if (options.Json)
        {
            return new JsonDisplay(terminal);
        }

        return terminal.OutIsTerminal && !options.Verbose
            ? new LiveDisplay(AnsiTerminal.Open(terminal, options.NoColor), clock)
            : new PlainDisplay(terminal, clock);
    }
}
