using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Tiles;

/// <remarks>In two parts: the compiler takes structs of more than four fields apart less readily.</remarks>
internal readonly unsafe struct Six<TLanes> : IVectors<Six<TLanes>, TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly Three<TLanes> a;
    private readonly Three<TLanes> b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Six(Three<TLanes> a, Three<TLanes> b) => (this.a, this.b) = (a, b);

    public static int Count => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Six<TLanes> Of(float* first, nint stride) =>
        new(Three<TLanes>.Of(first, stride), Three<TLanes>.Of(first + (3 * stride), stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Six<TLanes> Load(float* first, nint stride) =>
        new(Three<TLanes>.Load(first, stride), Three<TLanes>.Load(first + (3 * stride), stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Six<TLanes> MultiplyAdd(Six<TLanes> a, TLanes b, Six<TLanes> c) =>
        new(Three<TLanes>.MultiplyAdd(a.a, b, c.a), Three<TLanes>.MultiplyAdd(a.b, b, c.b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Six<TLanes> MultiplyAdd(TLanes a, float* b, nint stride, Six<TLanes> c) =>
        new(Three<TLanes>.MultiplyAdd(a, b, stride, c.a), Three<TLanes>.MultiplyAdd(a, b + (3 * stride), stride, c.b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* first, nint stride)
    {
        a.Store(first, stride);
        b.Store(first + (3 * stride), stride);
    }
}
