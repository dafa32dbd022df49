using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DistTrain.Training.Lanes;

/// <summary>Lanes of the widest vectors that this processor computes with.</summary>
internal static class VectorWidth
{
    // Fused multiply-add comes with every AVX-512, but not with every AVX2.
    public static int Best => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated && Fma.IsSupported ? 8 : 4;

    /// <summary>For people, the instructions that have so many lanes.</summary>
    public static string NameOf(int lanes) => lanes switch
    {
        16 => "AVX-512",
        8 => "AVX2",
        _ => "128 bits",
    };
}
