using DistTrain.Training.Data;
using DistTrain.Training.Data.Download;
using Spectre.Console;

namespace DistTrain.Node.Commands;

/// <summary>Shows a download: a bar a file on a terminal, else a line when a file starts and one for each note.</summary>
internal static class DataFetchProgress
{
    /// <param name="output">Bars are drawn only if this is the process's own stderr and that is a terminal.</param>
    public static async Task<T> ShowAsync<T>(TextWriter output, Func<IProgress<DataProgress>, Task<T>> fetch)
    {
        bool terminal = ReferenceEquals(output, Console.Error) && !Console.IsErrorRedirected
            && Environment.GetEnvironmentVariable("TERM") is not "dumb";
        if (!terminal)
        {
            return await fetch(new Lines(output));
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        return await console.Progress()
            .AutoClear(false)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(), new TransferSpeedColumn())
            .StartAsync(context => fetch(new Bars(context, console)));
    }

    private sealed class Lines(TextWriter output) : IProgress<DataProgress>
    {
        private (string File, string Host) current;

        public void Report(DataProgress value)
        {
            if (value.Note is { } note)
            {
                output.WriteLine($"{value.Dataset}: {note}");
            }
            else if (current != (value.File, value.Host))
            {
                current = (value.File, value.Host);
                string size = value.TotalBytes is { } total ? $", {DataCommand.Megabytes(total)}" : "";
                string resumed = value.Bytes > 0 ? $", {DataCommand.Megabytes(value.Bytes)} of it are here" : "";
                output.WriteLine($"{value.Dataset}: {value.File} from {value.Host}{size}{resumed}");
            }
        }
    }

    private sealed class Bars(ProgressContext context, IAnsiConsole console) : IProgress<DataProgress>
    {
        private readonly Dictionary<string, ProgressTask> bars = [];

        public void Report(DataProgress value)
        {
            if (value is { Note: { } failure, TotalBytes: null })
            {
                console.MarkupLineInterpolated($"[yellow]{value.Dataset}: {failure}[/]");
                return;
            }

            if (!bars.TryGetValue(value.File, out ProgressTask? bar))
            {
                bars[value.File] = bar = context.AddTask(Markup.Escape(value.File));
            }

            bar.IsIndeterminate = value.TotalBytes is null;
            bar.MaxValue = value.TotalBytes ?? Math.Max(1, value.Bytes);
            bar.Value = value.Bytes;
        }
    }
}
