namespace DistTrain.Training.Sharing;

/// <summary>Work in parts that do not depend on each other: any thread may do any of them, in any order, each once.</summary>
public interface IDividedWork
{
    /// <summary>How many there can be: one bit of a word for each.</summary>
    const int MostParts = 64;

    /// <summary>How many: 1 to <see cref="MostParts"/>.</summary>
    int Parts { get; }

    /// <param name="part">From 0.</param>
    void Do(int part);
}
