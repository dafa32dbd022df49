using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>The mean of the window. Kept: the four activated values.</summary>
internal readonly unsafe struct AveragePooling : IPooling
{
    public static int Kept => 4;

    public static bool PassesOne => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Pool<TLanes, TActivation>(TLanes a, TLanes b, TLanes c, TLanes d, float* kept)
        where TLanes : struct, ILanes<TLanes>
        where TActivation : struct, IActivation
    {
        a = TActivation.Apply(a);
        b = TActivation.Apply(b);
        c = TActivation.Apply(c);
        d = TActivation.Apply(d);
        a.Store(kept);
        b.Store(kept + TLanes.Count);
        c.Store(kept + (2 * TLanes.Count));
        d.Store(kept + (3 * TLanes.Count));
        return ((a + b) + (c + d)) * TLanes.Of(0.25f);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Back<TLanes, TActivation>(TLanes gradient, float* kept, out TLanes a, out TLanes b, out TLanes c, out TLanes d)
        where TLanes : struct, ILanes<TLanes>
        where TActivation : struct, IActivation
    {
        TLanes share = gradient * TLanes.Of(0.25f);
        a = TActivation.Back(share, TLanes.Load(kept));
        b = TActivation.Back(share, TLanes.Load(kept + TLanes.Count));
        c = TActivation.Back(share, TLanes.Load(kept + (2 * TLanes.Count)));
        d = TActivation.Back(share, TLanes.Load(kept + (3 * TLanes.Count)));
    }
}
