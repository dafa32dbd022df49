using Spectre.Console;

namespace DistTrain.Node.Display;

/// <summary>The terminal as the drawing library sees it.</summary>
internal static class AnsiTerminal
{
    public static IAnsiConsole Open(Terminal terminal, bool noColor) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = terminal.OutIsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
        ColorSystem = noColor || !terminal.OutIsTerminal ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        Interactive = terminal.OutIsTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        Out = new AnsiConsoleOutput(terminal.Out),
    });
}
