using DistTrain.Tests.Reference;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;

namespace DistTrain.Tests.Engines;

public sealed class BatchTests
{
    private static readonly LabelledImages Images = RandomImages.Make(20, seed: 8);

    private readonly Batch batch = new(Images, RandomImages.Mean, RandomImages.StandardDeviation, 4);

    [Fact]
    public void Inputs_are_those_of_the_samples_it_was_filled_with_last()
    {
        batch.Fill(Images, [1, 2, 3, 4]);
        batch.PrepareInputs();
        batch.Fill(Images, [7, 5]);

        Assert.Equal([.. Scaled(7), .. Scaled(5)], batch.Inputs.ToArray());
        Assert.Equal([Images.Labels[7], Images.Labels[5]], batch.Labels.ToArray());
    }

    [Fact]
    public void What_is_changed_in_the_inputs_stays_until_it_is_filled_again()
    {
        batch.Fill(Images, [3]);
        batch.Inputs[10] = 99;

        Assert.Equal(99, batch.Inputs[10]);
        batch.Fill(Images, [3]);
        Assert.Equal(Scaled(3), batch.Inputs.ToArray());
    }

    [Fact]
    public void Images_of_another_shape_are_refused()
    {
        LabelledImages smaller = RandomImages.Make(20, seed: 8, new ImageShape(1, 27, 28));

        string message = Assert.Throws<ArgumentException>(() => batch.Fill(smaller, [0])).Message;

        Assert.Contains("1x28x28", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_without_images_are_refused() =>
        Assert.Throws<ArgumentException>(() => batch.Fill(Images with { Pixels = Images.Pixels[..^1] }, [0]));

    private static float[] Scaled(int sample) =>
        [.. Images.Image(sample).ToArray().Select(pixel => ((pixel / 255f) - RandomImages.Mean) / RandomImages.StandardDeviation)];
}
