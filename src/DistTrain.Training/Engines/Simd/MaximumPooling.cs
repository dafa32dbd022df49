using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// The largest of the window, the first in row order among equals. An activation that never falls leaves the largest the
/// largest, so one value a window is activated instead of four. Kept: in a byte which of the four it was (0 to 3), and behind the lanes' bytes the largest itself
/// where the activation's way back wants that and not the pooled value.
/// </summary>
internal readonly unsafe struct MaximumPooling : IPooling
{
    public static bool PassesOne => true;

    public static int KeptBytes<TActivation>()
        where TActivation : struct, IActivation => TActivation.BackTakesInput ? sizeof(byte) + sizeof(float) : sizeof(byte);

    /// <summary>The gradient of the largest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Inner<TLanes, TActivation>(TActivation activation, TLanes gradient, TLanes pooled, byte* kept)
        where TLanes : struct, ILanes<TLanes>
        where TActivation : struct, IActivation =>
        activation.Back(gradient, TActivation.BackTakesInput ? TLanes.Load((float*)(kept + TLanes.Count)) : pooled);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Pool<TLanes, TActivation>(TActivation activation, TLanes a, TLanes b, TLanes c, TLanes d, byte* kept)
        where TLanes : struct, ILanes<TLanes>
        where TActivation : struct, IActivation
    {
        var upper = TLanes.Max(b, a);
        var whichUpper = TLanes.SelectGreater(b, a, TLanes.Of(1f), TLanes.Of(0f));
        var lower = TLanes.Max(d, c);
        var whichLower = TLanes.SelectGreater(d, c, TLanes.Of(3f), TLanes.Of(2f));
        var most = TLanes.Max(lower, upper);
        TLanes pooled = activation.Apply(most);
        TLanes.SelectGreater(lower, upper, whichLower, whichUpper).StoreBytes(kept);
        if (TActivation.BackTakesInput)
        {
            most.Store((float*)(kept + TLanes.Count));
        }

        return pooled;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Move<TLanes, TActivation>(byte* from, int fromLane, byte* to, int toLane)
        where TLanes : struct, ILanes<TLanes>
        where TActivation : struct, IActivation
    {
        to[toLane] = from[fromLane];
        if (TActivation.BackTakesInput)
        {
            ((float*)(to + TLanes.Count))[toLane] = ((float*)(from + TLanes.Count))[fromLane];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Back<TLanes, TActivation>(TActivation activation, TLanes gradient, TLanes pooled, byte* kept, out TLanes a, out TLanes b, out TLanes c, out TLanes d)
        where TLanes : struct, ILanes<TLanes>
        where TActivation : struct, IActivation
    {
        TLanes inner = Inner(activation, gradient, pooled, kept);
        var which = TLanes.LoadBytes(kept);
        a = inner & TLanes.Same(which, TLanes.Of(0f));
        b = inner & TLanes.Same(which, TLanes.Of(1f));
        c = inner & TLanes.Same(which, TLanes.Of(2f));
        d = inner & TLanes.Same(which, TLanes.Of(3f));
    }
}
