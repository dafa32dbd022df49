namespace DistTrain.Benchmarks.EndToEnd;

/// <summary>One of those that take turns.</summary>
internal interface IContestant : IDisposable
{
    string Name { get; }

    /// <summary>It takes no more turns than this, because each is long.</summary>
    int MostTurns { get; }

    /// <summary>Trains once more.</summary>
    /// <returns>Samples per second.</returns>
    double Round();
}
