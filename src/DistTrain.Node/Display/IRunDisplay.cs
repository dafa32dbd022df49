using DistTrain.Protocol.Client;

namespace DistTrain.Node.Display;

/// <summary>Shows a run to a person or a script. Safe to call from several threads; disposing leaves the terminal as it was.</summary>
public interface IRunDisplay : IAsyncDisposable
{
    /// <exception cref="OutputClosedException">Nobody reads any more.</exception>
    void Show(RunRecord record);

    /// <summary>Something that the run's records do not say, such as that a stop was asked for. Never throws for a reader that has gone.</summary>
    void Notice(string text);
}
