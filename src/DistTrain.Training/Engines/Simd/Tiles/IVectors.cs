using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Tiles;

/// <summary>
/// A few vectors that go through a kernel side by side: one side of a tile of sums. Kernels are written once and take the number
/// by type, because it depends on how many registers there are; the compiler keeps each vector in a register of its own.
/// </summary>
internal unsafe interface IVectors<TSelf, TLanes>
    where TSelf : struct, IVectors<TSelf, TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>Vectors.</summary>
    static abstract int Count { get; }

    /// <summary>Each vector filled with one of some values.</summary>
    /// <param name="stride">Floats from one value to the next.</param>
    static abstract TSelf Of(float* first, nint stride);

    /// <param name="stride">Floats from the start of one vector to that of the next.</param>
    static abstract TSelf Load(float* first, nint stride);

    /// <summary>Each vector of <paramref name="a"/>, times b, plus its vector of <paramref name="c"/>, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TLanes b, TSelf c);

    /// <summary>a, times each vector in memory, plus its vector of <paramref name="c"/>. Those in memory take no registers.</summary>
    /// <param name="stride">Floats from the start of one vector to that of the next.</param>
    static abstract TSelf MultiplyAdd(TLanes a, float* b, nint stride, TSelf c);

    /// <inheritdoc cref="Load"/>
    void Store(float* first, nint stride);
}
