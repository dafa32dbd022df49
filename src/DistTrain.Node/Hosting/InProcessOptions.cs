namespace DistTrain.Node.Hosting;

/// <param name="Workers">Worker actors to start.</param>
/// <param name="Threads">Threads of the engine that evaluates.</param>
/// <param name="DataDirectory">Looked in before all other places; null for the usual ones.</param>
/// <param name="RunsDirectory">Where run directories are made.</param>
/// <param name="WorkerTimeout">How long a run waits for what it needs.</param>
/// <param name="Verbose">Whether the actors' log is shown.</param>
internal sealed record InProcessOptions(
    int Workers, int Threads, string? DataDirectory, string RunsDirectory, TimeSpan WorkerTimeout, bool Verbose);
