using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>The mean of the window. Kept: what the activation's way back takes of the four.</summary>
internal readonly unsafe struct AveragePooling : IPooling
{
    public static int KeptBytes<TActivation>()
        where TActivation : struct, IActivation => 4 * sizeof(float);

    public static bool PassesOne => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Pool<TLanes, TActivation>(TActivation activation, TLanes a, TLanes b, TLanes c, TLanes d, byte* kept)
        where TLanes : struct, ILanes<TLanes>
        where TActivation : struct, IActivation
    {
        float* to = (float*)kept;
        a = Apply(activation, a, to);
        b = Apply(activation, b, to + TLanes.Count);
        c = Apply(activation, c, to + (2 * TLanes.Count));
        d = Apply(activation, d, to + (3 * TLanes.Count));
        return ((a + b) + (c + d)) * TLanes.Of(0.25f);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Move<TLanes, TActivation>(byte* from, int fromLane, byte* to, int toLane)
        where TLanes : struct, ILanes<TLanes>
        where TActivation : struct, IActivation
    {
        for (int value = 0; value < 4; value++)
        {
            ((float*)to)[(value * TLanes.Count) + toLane] = ((float*)from)[(value * TLanes.Count) + fromLane];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Back<TLanes, TActivation>(TActivation activation, TLanes gradient, TLanes pooled, byte* kept, out TLanes a, out TLanes b, out TLanes c, out TLanes d)
        where TLanes : struct, ILanes<TLanes>
        where TActivation : struct, IActivation
    {
        float* from = (float*)kept;
        TLanes share = gradient * TLanes.Of(0.25f);
        a = activation.Back(share, TLanes.Load(from));
        b = activation.Back(share, TLanes.Load(from + TLanes.Count));
        c = activation.Back(share, TLanes.Load(from + (2 * TLanes.Count)));
        d = activation.Back(share, TLanes.Load(from + (3 * TLanes.Count)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Apply<TLanes, TActivation>(TActivation activation, TLanes x, float* kept)
        where TLanes : struct, ILanes<TLanes>
        where TActivation : struct, IActivation
    {
        TLanes y = activation.Apply(x);
        (TActivation.BackTakesInput ? x : y).Store(kept);
        return y;
    }
}
