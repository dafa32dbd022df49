namespace DistTrain.Benchmarks.EndToEnd;

/// <summary>One of those that take turns.</summary>
internal interface IContestant
{
    string Name { get; }

    /// <summary>It takes no more turns than this, because each is long.</summary>
    int MostTurns { get; }

    /// <summary>
    /// Starts it for one turn. Between turns nothing of it is left: the timers of a dozen processes that wait for
    /// theirs take a tenth of two cores.
    /// </summary>
    IWarmContestant WarmUp();
}
