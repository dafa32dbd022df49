using DistTrain.Training.Augmentation;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Synthetic;
using DistTrain.Training.Engines;
using DistTrain.Training.Engines.Simd;

namespace DistTrain.Benchmarks.Micro;

/// <summary>What augmenting a chunk of images of 28 x 28 costs, on one core.</summary>
internal static class AugmentationTimes
{
    private static readonly ImageDataset Digits = SyntheticDigits.Draw("synthetic:300", 300);

    /// <summary>Microseconds for a chunk of 64 samples, the best of many rounds.</summary>
    public static double Of(ImageAugmentation augmentation)
    {
        int[] samples = [.. Enumerable.Range(0, Chunk.Samples)];
        var batch = new Batch(Digits.Train, Digits.Mean, Digits.StandardDeviation, Chunk.Samples);
        var augmenter = new ImageAugmenter(augmentation, Digits.Train, PixelNormalisation.Of(Digits), 1);
        batch.Fill(Digits.Train, samples);

        // Of images that were augmented before: it takes the same time.
        int epoch = 0;
        return Best.Of(() => augmenter.Apply(batch, samples, epoch++));
    }
}
