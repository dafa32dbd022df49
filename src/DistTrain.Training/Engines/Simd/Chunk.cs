using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// So many samples go through the network together: enough for fully connected layers to use each weight often, few
/// enough for a chunk's values to stay in the caches. A batch is cut into full chunks and a rest.
/// </summary>
/// <param name="Start">First sample within the batch.</param>
/// <param name="Count">Samples, 1 to <see cref="Samples"/>; on the way back those that have one, which may be none.</param>
internal readonly record struct Chunk(int Start, int Count)
{
    public const int Samples = 64;

    /// <summary>Samples up to the end of the last block. Those beyond <see cref="Count"/> are zeros on the way there; on the way back their gradients are.</summary>
    public int Live => Sets * Block.Samples;

    /// <summary>Sixteens of samples that are not empty.</summary>
    public int Sets => (Count + Block.Samples - 1) / Block.Samples;

    /// <summary>Vectors of so many lanes that hold the samples.</summary>
    public int Blocks(int lanes) => (Count + lanes - 1) / lanes;

    /// <summary>Columns of a matrix product; beyond <see cref="Live"/> they hold anything, and nobody looks at them.</summary>
    public int Columns(int lanes) => (Live + (2 * lanes) - 1) / (2 * lanes) * (2 * lanes);
}
