using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Tiles;

internal readonly unsafe struct Two<TLanes> : IVectors<Two<TLanes>, TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly TLanes a;
    private readonly TLanes b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Two(TLanes a, TLanes b) => (this.a, this.b) = (a, b);

    public static int Count => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Two<TLanes> Of(float* first, nint stride) =>
        new(TLanes.Of(first[0]), TLanes.Of(first[stride]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Two<TLanes> Load(float* first, nint stride) =>
        new(TLanes.Load(first), TLanes.Load(first + stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Two<TLanes> MultiplyAdd(Two<TLanes> a, TLanes b, Two<TLanes> c) =>
        new(TLanes.MultiplyAdd(a.a, b, c.a), TLanes.MultiplyAdd(a.b, b, c.b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Two<TLanes> MultiplyAdd(TLanes a, float* b, nint stride, Two<TLanes> c) =>
        new(TLanes.MultiplyAdd(a, b, c.a), TLanes.MultiplyAdd(a, b + stride, c.b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Two<TLanes> operator +(Two<TLanes> a, Two<TLanes> b) => new(a.a + b.a, a.b + b.b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Two<TLanes> operator -(Two<TLanes> a, Two<TLanes> b) => new(a.a - b.a, a.b - b.b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* first, nint stride)
    {
        a.Store(first);
        b.Store(first + stride);
    }
}
