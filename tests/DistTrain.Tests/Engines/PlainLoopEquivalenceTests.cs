using DistTrain.Tests.Reference;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Models;
using DistTrain.Training.Optimizers;

namespace DistTrain.Tests.Engines;

[Collection(nameof(LibtorchAlone))]
public sealed class PlainLoopEquivalenceTests
{
    [Theory]
    [InlineData("modern")]
    [InlineData("classic")]
    public void Fifty_steps_over_shards_end_in_the_weights_of_a_plain_torch_loop(string variant)
    {
        const int Shards = 4;
        const int PerShard = 8;
        ModelDescription model = ModelCatalog.Find("lenet5", variant);
        LabelledImages images = RandomImages.Make(400, seed: 6);
        var data = new ImageDataset("noise", images, images, RandomImages.Mean, RandomImages.StandardDeviation, "", "");
        float[] initial = new float[model.Layout.Count];
        model.Initialise(12, initial);
        var random = new Random(1);
        int[][] batches = [.. Enumerable.Range(0, 50).Select(_ => random.GetItems([.. Enumerable.Range(0, 400)], Shards * PerShard))];
        double[] rates = [.. Enumerable.Range(1, 50).Select(update => new LearningRateSchedule { Peak = 1e-3, Updates = 50 }.At(update))];

        float[] expected = PlainTorchLoop.Train(variant == "modern", initial, data, batches, rates);

        using IGradientEngine engine = new EngineFactory("torch", 1).Create(model);
        var adam = new Adam(0.9, 0.999, 1e-8);
        float[] weights = [.. initial];
        float[] sum = new float[weights.Length];
        float[] gradient = new float[weights.Length];
        float[] first = new float[weights.Length];
        float[] second = new float[weights.Length];
        for (int step = 0; step < batches.Length; step++)
        {
            Array.Clear(sum);
            for (int shard = 0; shard < Shards; shard++)
            {
                engine.ComputeGradient(weights, RandomImages.Batch(images, batches[step][(shard * PerShard)..((shard + 1) * PerShard)]), gradient);
                for (int i = 0; i < sum.Length; i++)
                {
                    sum[i] += gradient[i];
                }
            }

            adam.Begin(step + 1, rates[step], Shards * PerShard);
            adam.Apply(new UpdateBlock { Weights = weights, GradientSum = sum, FirstMoment = first, SecondMoment = second, Updated = weights });
        }

        double moved = Distance(initial, expected);
        Assert.InRange(moved / Norm(expected), 1e-2, 1);
        Assert.InRange(Distance(weights, expected) / Norm(expected), 0, 1e-5);
    }

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));

    private static double Distance(float[] a, float[] b) => Norm([.. a.Zip(b, (x, y) => x - y)]);
}
