using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Tiles;

internal readonly unsafe struct Three<TLanes> : IVectors<Three<TLanes>, TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly TLanes a;
    private readonly TLanes b;
    private readonly TLanes c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Three(TLanes a, TLanes b, TLanes c) => (this.a, this.b, this.c) = (a, b, c);

    public static int Count => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Three<TLanes> Of(float* first, nint stride) =>
        new(TLanes.Of(first[0]), TLanes.Of(first[stride]), TLanes.Of(first[2 * stride]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Three<TLanes> Load(float* first, nint stride) =>
        new(TLanes.Load(first), TLanes.Load(first + stride), TLanes.Load(first + (2 * stride)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Three<TLanes> MultiplyAdd(Three<TLanes> a, TLanes b, Three<TLanes> c) =>
        new(TLanes.MultiplyAdd(a.a, b, c.a), TLanes.MultiplyAdd(a.b, b, c.b), TLanes.MultiplyAdd(a.c, b, c.c));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Three<TLanes> MultiplyAdd(TLanes a, float* b, nint stride, Three<TLanes> c) =>
        new(TLanes.MultiplyAdd(a, b, c.a), TLanes.MultiplyAdd(a, b + stride, c.b), TLanes.MultiplyAdd(a, b + (2 * stride), c.c));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* first, nint stride)
    {
        a.Store(first);
        b.Store(first + stride);
        c.Store(first + (2 * stride));
    }
}
