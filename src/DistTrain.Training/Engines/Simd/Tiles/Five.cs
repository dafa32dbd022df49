using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Tiles;

/// <remarks>In two parts: the compiler takes structs of more than four fields apart less readily.</remarks>
internal readonly unsafe struct Five<TLanes> : IVectors<Five<TLanes>, TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly Three<TLanes> a;
    private readonly Two<TLanes> b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Five(Three<TLanes> a, Two<TLanes> b) => (this.a, this.b) = (a, b);

    public static int Count => 5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Five<TLanes> Of(float* first, nint stride) =>
        new(Three<TLanes>.Of(first, stride), Two<TLanes>.Of(first + (3 * stride), stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Five<TLanes> Load(float* first, nint stride) =>
        new(Three<TLanes>.Load(first, stride), Two<TLanes>.Load(first + (3 * stride), stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Five<TLanes> MultiplyAdd(Five<TLanes> a, TLanes b, Five<TLanes> c) =>
        new(Three<TLanes>.MultiplyAdd(a.a, b, c.a), Two<TLanes>.MultiplyAdd(a.b, b, c.b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Five<TLanes> MultiplyAdd(TLanes a, float* b, nint stride, Five<TLanes> c) =>
        new(Three<TLanes>.MultiplyAdd(a, b, stride, c.a), Two<TLanes>.MultiplyAdd(a, b + (3 * stride), stride, c.b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* first, nint stride)
    {
        a.Store(first, stride);
        b.Store(first + (3 * stride), stride);
    }
}
