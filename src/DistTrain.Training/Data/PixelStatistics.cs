namespace DistTrain.Training.Data;

/// <summary>Mean and standard deviation of bytes scaled to 0..1.</summary>
internal static class PixelStatistics
{
    /// <summary>From a histogram, so that the sums are exact integers and the order of the pixels cannot matter.</summary>
    public static (float Mean, float StandardDeviation) Of(ReadOnlySpan<byte> pixels)
    {
        Span<long> histogram = stackalloc long[256];
        histogram.Clear();
        foreach (byte pixel in pixels)
        {
            histogram[pixel]++;
        }

        long sum = 0;
        long sumOfSquares = 0;
        for (int value = 0; value < histogram.Length; value++)
        {
            sum += histogram[value] * value;
            sumOfSquares += histogram[value] * value * value;
        }

        double count = pixels.Length;
        double mean = sum / count;
        double variance = (sumOfSquares / count) - (mean * mean);
        return ((float)(mean / 255), (float)(Math.Sqrt(variance) / 255));
    }
}
