using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DistTrain.Training.Lanes;

/// <summary>Sixteen lanes: AVX-512. Runs without it too, with the same results, slowly.</summary>
internal readonly unsafe struct SixteenLanes : ILanes<SixteenLanes>
{
    private readonly Vector512<float> value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private SixteenLanes(Vector512<float> value) => this.value = value;

    public static int Count => Vector512<float>.Count;

    public static int Registers => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes operator +(SixteenLanes a, SixteenLanes b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes operator -(SixteenLanes a, SixteenLanes b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes operator *(SixteenLanes a, SixteenLanes b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes operator /(SixteenLanes a, SixteenLanes b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes operator &(SixteenLanes a, SixteenLanes b) => new(a.value & b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes operator <(SixteenLanes a, SixteenLanes b) => new(Vector512.LessThan(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes operator >(SixteenLanes a, SixteenLanes b) => new(Vector512.GreaterThan(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes Same(SixteenLanes a, SixteenLanes b) => new(Vector512.Equals(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes LoadBytes(byte* source) => new(Vector512.ConvertToSingle(Vector512.WidenLower(Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe()).ToVector512Unsafe()).AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes Of(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes MultiplyAdd(SixteenLanes a, SixteenLanes b, SixteenLanes c) => new(Vector512.FusedMultiplyAdd(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes MultiplyAdd(SixteenLanes a, float* b, SixteenLanes c) => new(Vector512.FusedMultiplyAdd(a.value, Vector512.Load(b), c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes Sqrt(SixteenLanes a) => new(Vector512.Sqrt(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes Max(SixteenLanes a, SixteenLanes b) =>
        new(Avx512F.IsSupported ? Avx512F.Max(a.value, b.value) : Vector512.ConditionalSelect(Vector512.GreaterThan(a.value, b.value), a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes SelectGreater(SixteenLanes a, SixteenLanes b, SixteenLanes yes, SixteenLanes no) =>
        new(Avx512F.IsSupported
            ? Avx512F.BlendVariable(no.value, yes.value, Vector512.GreaterThan(a.value, b.value))
            : Vector512.ConditionalSelect(Vector512.GreaterThan(a.value, b.value), yes.value, no.value));

    // Asked for like this, the compiler keeps the mask in a mask register; of ConditionalSelect it makes a ternary logic, which is slower beside multiply-adds.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes Select(SixteenLanes mask, SixteenLanes yes, SixteenLanes no) =>
        new(Avx512F.IsSupported ? Avx512F.BlendVariable(no.value, yes.value, mask.value) : Vector512.ConditionalSelect(mask.value, yes.value, no.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes PowerOfTwo(SixteenLanes n) => new(((Vector512.ConvertToInt32Native(n.value) + Vector512.Create(127)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreBytes(byte* target)
    {
        Vector512<int> whole = Vector512.ConvertToInt32Native(value);
        if (Avx512F.IsSupported)
        {
            Avx512F.ConvertToVector128Byte(whole).Store(target);
            return;
        }

        Vector256<ushort> narrow = Vector256.Narrow(whole.GetLower(), whole.GetUpper()).AsUInt16();
        Vector128.Narrow(narrow.GetLower(), narrow.GetUpper()).Store(target);
    }
}
