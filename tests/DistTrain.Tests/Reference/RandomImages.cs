using DistTrain.Training.Data;
using DistTrain.Training.Engines;

namespace DistTrain.Tests.Reference;

/// <summary>Noise with random labels, 1 x 28 x 28 unless told otherwise: as hard on arithmetic as digits, and needs no file.</summary>
public static class RandomImages
{
    public const float Mean = 0.5f;
    public const float StandardDeviation = 0.29f;

    public static LabelledImages Make(int count, int seed, ImageShape? shape = null, int classes = 10)
    {
        (int channels, int height, int width) = shape ?? new ImageShape(1, 28, 28);
        var random = new Random(seed);
        byte[] pixels = new byte[count * channels * height * width];
        random.NextBytes(pixels);
        byte[] labels = [.. Enumerable.Range(0, count).Select(_ => (byte)random.Next(classes))];
        return new LabelledImages(pixels, labels, channels, height, width, classes);
    }

    /// <summary>With a key, for models with dropout.</summary>
    public static Batch Batch(LabelledImages images, params int[] samples) => Batch(images, new DropoutKey(Seed: 9, Update: 1, Shard: 2), samples);

    public static Batch Batch(LabelledImages images, DropoutKey dropout, params int[] samples)
    {
        var batch = new Batch(images, Mean, StandardDeviation, Math.Max(1, samples.Length));
        batch.Fill(images, samples, dropout);
        return batch;
    }

    public static Batch Batch(int count, int seed, ImageShape? shape = null) => Batch(Make(count, seed, shape), [.. Enumerable.Range(0, count)]);
}
