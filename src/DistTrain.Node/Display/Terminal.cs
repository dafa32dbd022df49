namespace DistTrain.Node.Display;

/// <summary>Where a command writes.</summary>
/// <param name="Out">What was asked for.</param>
/// <param name="Error">All else when <paramref name="Out"/> is for scripts, and errors always.</param>
/// <param name="OutIsTerminal">A person is looking, at something that can redraw.</param>
public sealed record Terminal(TextWriter Out, TextWriter Error, bool OutIsTerminal)
{
    /// <summary>Of this process.</summary>
    public static Terminal OfProcess() => new(
        StandardOutput.Open(),
        Console.Error,
        !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb");
}
