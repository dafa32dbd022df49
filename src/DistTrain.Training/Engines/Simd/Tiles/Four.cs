using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Tiles;

internal readonly unsafe struct Four<TLanes> : IVectors<Four<TLanes>, TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly TLanes a;
    private readonly TLanes b;
    private readonly TLanes c;
    private readonly TLanes d;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Four(TLanes a, TLanes b, TLanes c, TLanes d) => (this.a, this.b, this.c, this.d) = (a, b, c, d);

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLanes> Of(float* first, nint stride) =>
        new(TLanes.Of(first[0]), TLanes.Of(first[stride]), TLanes.Of(first[2 * stride]), TLanes.Of(first[3 * stride]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLanes> Load(float* first, nint stride) =>
        new(TLanes.Load(first), TLanes.Load(first + stride), TLanes.Load(first + (2 * stride)), TLanes.Load(first + (3 * stride)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLanes> MultiplyAdd(Four<TLanes> a, TLanes b, Four<TLanes> c) =>
        new(TLanes.MultiplyAdd(a.a, b, c.a), TLanes.MultiplyAdd(a.b, b, c.b), TLanes.MultiplyAdd(a.c, b, c.c), TLanes.MultiplyAdd(a.d, b, c.d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLanes> MultiplyAdd(TLanes a, float* b, nint stride, Four<TLanes> c) =>
        new(TLanes.MultiplyAdd(a, b, c.a), TLanes.MultiplyAdd(a, b + stride, c.b), TLanes.MultiplyAdd(a, b + (2 * stride), c.c), TLanes.MultiplyAdd(a, b + (3 * stride), c.d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* first, nint stride)
    {
        a.Store(first);
        b.Store(first + stride);
        c.Store(first + (2 * stride));
        d.Store(first + (3 * stride));
    }
}
