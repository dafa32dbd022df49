using System.Globalization;
using DistTrain.Protocol.Client;
using Spectre.Console;

namespace DistTrain.Node.Display;

/// <summary>A cluster's state for people.</summary>
internal static class StatusTable
{
    public static void Write(Terminal terminal, bool noColor, StatusReply status)
    {
        TextWriter output = terminal.Out;
        output.WriteLine(Headline(status));
        if (status.WaitingFor.Length > 0)
        {
            output.WriteLine($"waiting for {status.WaitingFor}");
        }

        if (status.RunDirectory.Length > 0)
        {
            output.WriteLine($"run {status.RunDirectory}");
        }

        IAnsiConsole console = AnsiTerminal.Open(terminal, noColor);
        if (status.Workers.Count > 0)
        {
            console.Write(WorkerTable.Of(status.Workers));
        }

        foreach (ServerRow server in status.Servers)
        {
            output.WriteLine($"parameter server {server.Address}, gradients at {server.Plane}, partitions {RunText.Shards(server.Partitions)}");
        }

        if (status.Servers.Count == 0)
        {
            output.WriteLine("no parameter server has joined");
        }
    }

    private static string Headline(StatusReply status)
    {
        string coordinator = status.Coordinator.Length == 0 ? "coordinator" : $"coordinator {status.Coordinator}";
        return status.TotalSteps == 0
            ? $"{coordinator}: {status.State}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{coordinator}: {status.State}, epoch {status.Epoch}/{status.Epochs}, step {status.Step}/{status.TotalSteps}, loss {RunText.Loss(status.Loss)}, {RunText.Rate(status.SamplesPerSecond)} samples/s");
    }
}
