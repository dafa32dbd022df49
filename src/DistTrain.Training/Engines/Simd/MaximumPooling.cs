using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Engines.Simd.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// The largest of the window, the first in row order among equals. An activation that never falls leaves the largest the
/// largest, so one value a window is activated instead of four. Kept: what the activation's
/// way back takes, and which of the four it was (0 to 3).
/// </summary>
internal readonly unsafe struct MaximumPooling : IPooling
{
    public static int Kept => 2;

    public static bool PassesOne => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Pool<TLanes, TActivation>(TActivation activation, TLanes a, TLanes b, TLanes c, TLanes d, float* kept)
        where TLanes : struct, ILanes<TLanes>
        where TActivation : struct, IActivation
    {
        TLanes right = b > a;
        TLanes upper = TLanes.Select(right, b, a);
        TLanes which = right & TLanes.Of(1f);
        right = d > c;
        TLanes lower = TLanes.Select(right, d, c);
        TLanes whichLower = TLanes.Of(2f) + (right & TLanes.Of(1f));
        TLanes below = lower > upper;
        TLanes most = TLanes.Select(below, lower, upper);
        TLanes pooled = activation.Apply(most);
        (TActivation.BackTakesInput ? most : pooled).Store(kept);
        TLanes.Select(below, whichLower, which).Store(kept + TLanes.Count);
        return pooled;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Back<TLanes, TActivation>(TActivation activation, TLanes gradient, float* kept, out TLanes a, out TLanes b, out TLanes c, out TLanes d)
        where TLanes : struct, ILanes<TLanes>
        where TActivation : struct, IActivation
    {
        TLanes inner = activation.Back(gradient, TLanes.Load(kept));
        TLanes which = TLanes.Load(kept + TLanes.Count);
        a = inner & TLanes.Same(which, TLanes.Of(0f));
        b = inner & TLanes.Same(which, TLanes.Of(1f));
        c = inner & TLanes.Same(which, TLanes.Of(2f));
        d = inner & TLanes.Same(which, TLanes.Of(3f));
    }
}
