namespace DistTrain.Benchmarks.EndToEnd;

/// <summary>A contestant that is ready to be measured; disposing of it ends its processes.</summary>
internal interface IWarmContestant : IDisposable
{
    /// <summary>Numbers of its processes, without those that they have started themselves.</summary>
    IReadOnlyList<int> Processes { get; }

    /// <summary>Trains.</summary>
    /// <returns>Samples per second.</returns>
    double Round();
}
