using DistTrain.Training.Engines.Simd.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// An element-wise activation y = f(x) that never falls as x grows (the largest x has the largest y, which
/// <see cref="MaximumPooling"/> relies on) and whose slope follows from y.
/// </summary>
internal interface IActivation
{
    static abstract TLanes Apply<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>;

    /// <summary>The gradient of x from that of y: gradient times f'(x).</summary>
    static abstract TLanes Back<TLanes>(TLanes gradient, TLanes y)
        where TLanes : struct, ILanes<TLanes>;
}
