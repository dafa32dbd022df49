namespace DistTrain.Benchmarks.Contestants;

/// <summary>Something that trains LeNet-5 on MNIST, as often as asked, from the start each time.</summary>
internal interface ITraining : IAsyncDisposable
{
    /// <summary>Trains for so many steps of one epoch.</summary>
    /// <returns>Samples that went into updates, and the seconds from the first step's beginning to the last one's end.</returns>
    Task<(long Samples, double Seconds)> TrainAsync(int steps);
}
