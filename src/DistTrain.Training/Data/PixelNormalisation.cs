namespace DistTrain.Training.Data;

/// <summary>A network's input is (pixel / 255 - mean) / standard deviation.</summary>
/// <param name="Mean">Of pixels scaled to 0..1; a number for all channels, or one for each.</param>
/// <param name="StandardDeviation">Of the same; above 0.</param>
public sealed record PixelNormalisation(ChannelValues Mean, ChannelValues StandardDeviation)
{
    public static PixelNormalisation Of(ImageDataset data) => new(data.Mean, data.StandardDeviation);
}
