using DistTrain.Training.Data;
using DistTrain.Training.Engines;

namespace DistTrain.Tests.Reference;

/// <summary>28 x 28 noise with random labels: as hard on arithmetic as digits, and needs no file.</summary>
public static class RandomImages
{
    public const float Mean = 0.5f;
    public const float StandardDeviation = 0.29f;

    public static LabelledImages Make(int count, int seed)
    {
        var random = new Random(seed);
        byte[] pixels = new byte[count * 784];
        random.NextBytes(pixels);
        byte[] labels = [.. Enumerable.Range(0, count).Select(_ => (byte)random.Next(10))];
        return new LabelledImages(pixels, labels, 1, 28, 28, 10);
    }

    /// <summary>With a key, for models with dropout.</summary>
    public static Batch Batch(LabelledImages images, params int[] samples) => Batch(images, new DropoutKey(Seed: 9, Update: 1, Shard: 2), samples);

    public static Batch Batch(LabelledImages images, DropoutKey dropout, params int[] samples)
    {
        var batch = new Batch(images, Mean, StandardDeviation, Math.Max(1, samples.Length));
        batch.Fill(images, samples, dropout);
        return batch;
    }

    public static Batch Batch(int count, int seed) => Batch(Make(count, seed), [.. Enumerable.Range(0, count)]);
}
