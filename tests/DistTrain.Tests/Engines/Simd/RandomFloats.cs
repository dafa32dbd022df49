using DistTrain.Training.Engines.Simd;

namespace DistTrain.Tests.Engines.Simd;

/// <summary>What kernels are tried on.</summary>
internal static class RandomFloats
{
    /// <summary>Numbers from -1 to 1.</summary>
    public static AlignedFloats Numbers(this Random random, int length)
    {
        var numbers = new AlignedFloats(length);
        foreach (ref float number in numbers.Values)
        {
            number = (random.NextSingle() * 2) - 1;
        }

        return numbers;
    }

    public static AlignedFloats Copy(this AlignedFloats of)
    {
        var copy = new AlignedFloats(of.Length);
        of.Values.CopyTo(copy.Values);
        return copy;
    }
}
