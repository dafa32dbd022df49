namespace DistTrain.Node.Commands;

/// <summary>Lines of progress on stderr, at once and on the thread that has them to say.</summary>
internal sealed class ErrorLines(TextWriter error) : IProgress<string>
{
    public void Report(string value) => error.WriteLine(value);
}
