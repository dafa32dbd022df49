namespace DistTrain.Training.Engines;

/// <summary>
/// (pixel / 255 - mean) / standard deviation, each operation rounded once, without a division: x / d is x h + x l, where h is 1 / d rounded and l what that leaves, the second product and the sum rounded
/// once. That is off by some 2^-48 before it is rounded, so it has the quotient's bits unless that lies as near to the middle between two floats: all 256 values of a byte are tried.
/// </summary>
internal readonly struct PixelScale
{
    private const float Most = 255;

    /// <param name="mean">Of pixels from 0 to 1.</param>
    public PixelScale(float mean, float standardDeviation)
    {
        (PixelHigh, PixelLow) = Reciprocal(Most);
        Mean = mean;
        (DifferenceHigh, DifferenceLow) = Reciprocal(standardDeviation);
        IsExact = true;
        for (int pixel = 0; pixel <= Most && IsExact; pixel++)
        {
            IsExact = Bits(Of(pixel)) == Bits(((pixel / Most) - mean) / standardDeviation);
        }
    }

    public float PixelHigh { get; }

    public float PixelLow { get; }

    public float Mean { get; }

    public float DifferenceHigh { get; }

    public float DifferenceLow { get; }

    /// <summary>All bytes are scaled to the quotients' bits.</summary>
    public bool IsExact { get; }

    /// <summary>The formula, as kernels have it.</summary>
    public float Of(float pixel)
    {
        float difference = MathF.FusedMultiplyAdd(pixel, PixelHigh, pixel * PixelLow) - Mean;
        return MathF.FusedMultiplyAdd(difference, DifferenceHigh, difference * DifferenceLow);
    }

    private static int Bits(float value) => BitConverter.SingleToInt32Bits(value);

    private static (float High, float Low) Reciprocal(float divisor)
    {
        double exact = 1d / divisor;
        float high = (float)exact;
        return (high, (float)(exact - high));
    }
}
