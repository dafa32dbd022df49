using System.Globalization;
using DistTrain.Protocol.Client;
using Spectre.Console;

namespace DistTrain.Node.Display;

/// <summary>A row a worker: who, where, in which state, with which shards, how fast, and what its time goes to.</summary>
internal static class WorkerTable
{
    /// <param name="times">Of late; none where nobody told them, and then there is no column for them.</param>
    public static Table Of(IEnumerable<WorkerRow> workers, IReadOnlyList<TimeSplit> times)
    {
        Table table = new Table().Border(TableBorder.None).Collapse();
        table.AddColumn(new TableColumn("[grey]worker[/]").PadRight(2).NoWrap());
        table.AddColumn(new TableColumn("[grey]state[/]").PadRight(2).NoWrap());
        table.AddColumn(new TableColumn("[grey]shards[/]").PadRight(2));
        table.AddColumn(new TableColumn("[grey]samples/s[/]").RightAligned().PadRight(2).NoWrap());
        table.AddColumn(new TableColumn("[grey]samples[/]").RightAligned().PadRight(2).NoWrap());
        if (times.Count > 0)
        {
            table.AddColumn(new TableColumn($"[grey]{TimeShares.WorkerHeading}[/]").PadRight(2).NoWrap());
        }

        table.AddColumn(new TableColumn("[grey]address[/]").NoWrap());
        foreach (WorkerRow worker in workers.OrderBy(worker => worker.Worker))
        {
            string[] time = times.Count == 0 ? [] : [TimeShares.OfWorker(times.FirstOrDefault(split => split.Role == "worker" && split.Number == worker.Worker))];
            table.AddRow([
                Markup.Escape(Name(worker)),
                State(worker.State),
                RunText.Shards(worker.Shards),
                RunText.Rate(worker.SamplesPerSecond),
                worker.Samples.ToString("N0", CultureInfo.InvariantCulture),
                .. time,
                Markup.Escape(worker.Address),
            ]);
        }

        return table;
    }

    /// <summary>With the number that events call it by: every process calls its first worker worker-1.</summary>
    private static string Name(WorkerRow worker) =>
        worker.Worker == 0 ? worker.Name : $"{worker.Worker.ToString(CultureInfo.InvariantCulture)} {worker.Name}".TrimEnd();

    private static string State(string state) => state switch
    {
        "training" or "ready" => $"[green]{state}[/]",
        "joining" => "[yellow]joining[/]",
        "suspected" => "[red]suspected[/]",
        "left" => "[grey]left[/]",
        _ => Markup.Escape(state),
    };
}
