namespace DistTrain.Training.Data;

/// <summary>Mean and standard deviation of bytes scaled to 0..1, of each channel.</summary>
internal static class PixelStatistics
{
    /// <summary>From histograms, so that the sums are exact integers and the order of the images cannot matter.</summary>
    public static (ChannelValues Mean, ChannelValues StandardDeviation) Of(LabelledImages images)
    {
        int plane = images.Height * images.Width;
        var means = new float[images.Channels];
        var deviations = new float[images.Channels];
        var histogram = new long[256];
        for (int channel = 0; channel < images.Channels; channel++)
        {
            Array.Clear(histogram);
            for (int image = 0; image < images.Count; image++)
            {
                foreach (byte pixel in images.Pixels.AsSpan((image * images.PixelsPerImage) + (channel * plane), plane))
                {
                    histogram[pixel]++;
                }
            }

            (means[channel], deviations[channel]) = Of(histogram, (double)images.Count * plane);
        }

        return (new ChannelValues(means), new ChannelValues(deviations));
    }

    private static (float Mean, float StandardDeviation) Of(long[] histogram, double count)
    {
        long sum = 0;
        long sumOfSquares = 0;
        for (int value = 0; value < histogram.Length; value++)
        {
            sum += histogram[value] * value;
            sumOfSquares += histogram[value] * value * value;
        }

        double mean = sum / count;
        double variance = (sumOfSquares / count) - (mean * mean);
        return ((float)(mean / 255), (float)(Math.Sqrt(Math.Max(0, variance)) / 255));
    }
}
