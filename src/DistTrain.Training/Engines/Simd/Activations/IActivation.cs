using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Activations;

/// <summary>
/// An element-wise activation y = f(x) that never falls as x grows: the largest x has the largest y, which <see cref="MaximumPooling"/>
/// relies on. A struct, copied into each kernel, so that what it knows besides x stays in a register.
/// </summary>
internal interface IActivation
{
    /// <summary>Whether the way back needs x. Else y is enough, which is there anyway.</summary>
    static abstract bool BackTakesInput { get; }

    TLanes Apply<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>;

    /// <summary>The gradient of x from that of y: gradient times f'(x).</summary>
    /// <param name="kept">x if <see cref="BackTakesInput"/>, else y.</param>
    TLanes Back<TLanes>(TLanes gradient, TLanes kept)
        where TLanes : struct, ILanes<TLanes>;
}
