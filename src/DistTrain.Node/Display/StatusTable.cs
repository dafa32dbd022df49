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
            console.Write(WorkerTable.Of(status.Workers, []));
        }

        foreach (ServerRow server in status.Servers)
        {
            output.WriteLine(Line(server));
        }

        if (status.Servers.Count == 0)
        {
            output.WriteLine("no parameter server has joined");
        }
    }

    /// <summary>What the coordinator did not say is left out.</summary>
    private static string Line(ServerRow server)
    {
        string plane = server.Plane.Length == 0 ? "" : $", gradients at {server.Plane}";
        string partitions = server.Partitions.Count == 0 ? "" : $", partitions {RunText.Shards(server.Partitions)}";
        return $"parameter server {server.Address}{plane}{partitions}";
    }

    private static string Headline(StatusReply status)
    {
        string coordinator = status.Coordinator.Length == 0 ? "coordinator" : $"coordinator {status.Coordinator}";
        return status.TotalSteps == 0
            ? $"{coordinator}: {status.State}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{coordinator}: {status.State}, epoch {status.Epoch}/{RunText.LastEpoch(status.Epochs)}, step {status.Step}/{status.TotalSteps}, loss {(status.Step == 0 ? "-" : RunText.Loss(status.Loss))}, {RunText.Rate(status.SamplesPerSecond)} samples/s");
    }
}
