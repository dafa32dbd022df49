using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>An activation and then a pooling over windows of 2 x 2, together. Windows are in row order: a b above c d.</summary>
internal unsafe interface IPooling
{
    /// <summary>Bytes that the way back needs of each window and lane, besides the pooled value.</summary>
    static abstract int KeptBytes<TActivation>()
        where TActivation : struct, IActivation;

    /// <summary>One of a window's four values passes, and on the way back takes all of the gradient.</summary>
    static abstract bool PassesOne { get; }

    /// <summary>The pooled value of four convolution outputs; writes <see cref="KeptBytes{TActivation}"/> for each lane.</summary>
    static abstract TLanes Pool<TLanes, TActivation>(TActivation activation, TLanes a, TLanes b, TLanes c, TLanes d, byte* kept)
        where TLanes : struct, ILanes<TLanes>
        where TActivation : struct, IActivation;

    /// <summary>Copies what was kept of a window from a sample's lane to another's.</summary>
    static abstract void Move<TLanes, TActivation>(byte* from, int fromLane, byte* to, int toLane)
        where TLanes : struct, ILanes<TLanes>
        where TActivation : struct, IActivation;

    /// <summary>The gradients of the four convolution outputs from that of the pooled value.</summary>
    static abstract void Back<TLanes, TActivation>(TActivation activation, TLanes gradient, TLanes pooled, byte* kept, out TLanes a, out TLanes b, out TLanes c, out TLanes d)
        where TLanes : struct, ILanes<TLanes>
        where TActivation : struct, IActivation;
}
