using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;

namespace DistTrain.Node.Display;

/// <summary>For scripts: one JSON object a line on standard output, nothing else there.</summary>
internal sealed class JsonDisplay(Terminal terminal) : IRunDisplay
{
    private readonly Lock gate = new();

    public void Show(RunRecord record)
    {
        string line = RunRecordJson.Write(record);
        lock (gate)
        {
            terminal.Out.WriteLine(line);
            terminal.Out.Flush();
        }
    }

    public void Notice(string text)
    {
        lock (gate)
        {
            terminal.Error.WriteLine(text);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
