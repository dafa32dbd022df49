using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace DistTrain.Training.Checkpoints;

/// <summary>Names a set of weights by its bits: two runs that print the same digest ended in the same network.</summary>
public static class WeightsDigest
{
    /// <summary>SHA-256, in lower-case hex, of the flat vector as little-endian float32.</summary>
    public static string Of(ReadOnlySpan<float> weights) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(weights)));
}
