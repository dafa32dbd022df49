using System.CommandLine;
using System.CommandLine.Parsing;
using DistTrain.Node.Client;
using DistTrain.Node.Display;
using DistTrain.Protocol.Client;
using DistTrain.Training;

namespace DistTrain.Node.Commands;

/// <summary>Runs one command line. Whatever goes wrong ends in one line on stderr and an exit code.</summary>
public static class CommandLine
{
    public static async Task<int> RunAsync(string[] args, CommandServices services, Terminal terminal, StopSignal stop)
    {
        var common = new CommonOptions();
        RootCommand root = CommandTree.Create(new CommandContext(services, terminal, stop, common));
        ParseResult parse = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        try
        {
            if (parse.Errors.Count > 0 && parse.Action?.ClearsParseErrors != true)
            {
                WriteError(terminal, ParseErrorLine.Of(parse));
                return ExitCode.BadInput;
            }

            // Signals are this program's own business (see SignalHandlers), and so are exceptions.
            var invocation = new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                ProcessTerminationTimeout = null,
                EnableDefaultExceptionHandler = false,
            };
            return await parse.InvokeAsync(invocation, stop.Requested).ConfigureAwait(false);
        }
        catch (OutputClosedException)
        {
            return ExitCode.OutputClosed;
        }
        catch (OperationCanceledException) when (stop.Requested.IsCancellationRequested)
        {
            return stop.ExitCode;
        }
        catch (Exception error)
        {
            bool verbose = parse.GetValue(common.Verbose);
            bool expected = error is UserErrorException or RunInProgressException or CoordinatorLostException or TimeoutException;
            WriteError(terminal, verbose ? error.ToString()
                : expected ? OneLine(error.Message)
                : $"{error.GetType().Name}: {OneLine(error.Message)} (--verbose shows where)");
            return error is UserErrorException or RunInProgressException ? ExitCode.BadInput : ExitCode.Failure;
        }
    }

    /// <summary>Says on stderr why a run failed, if it did.</summary>
    internal static void WriteFailure(Terminal terminal, Summary? summary)
    {
        if (summary is { Status: "failed" })
        {
            WriteError(terminal, "the run failed: " + OneLine(summary.Message));
        }
        else if (summary is { Status: "refused" })
        {
            WriteError(terminal, OneLine(summary.Message));
        }
    }

    internal static void WriteError(Terminal terminal, string text) => terminal.Error.WriteLine($"disttrain: {text}");

    internal static string OneLine(string text) =>
        string.Join(' ', text.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
