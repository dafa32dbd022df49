namespace DistTrain.Node.Actors.Dispatch;

/// <summary>Work in parts that do not depend on each other: any thread may do any of them, in any order, each once.</summary>
internal interface IDividedWork
{
    /// <summary>How many: 1 to <see cref="WaitingThreads.MostParts"/>.</summary>
    int Parts { get; }

    /// <param name="part">From 0.</param>
    void Do(int part);
}
