using CsCheck;
using DistTrain.Training.Generalisation;

namespace DistTrain.Tests.Generalisation;

public sealed class OverfittingTests
{
    [Theory]
    [InlineData(new[] { 1.0, 0.8, 0.6, 0.4 }, new[] { 1.0, 0.9, 0.8, 0.7 }, 0)]
    [InlineData(new[] { 1.0, 0.8, 0.6, 0.4 }, new[] { 1.0, 0.9, 0.8, 0.85 }, 0)]
    [InlineData(new[] { 1.0, 0.8, 0.6, 0.4, 0.2 }, new[] { 1.0, 0.9, 0.8, 0.85, 0.82 }, 4)]
    [InlineData(new[] { 1.0, 0.8, 0.6, 0.4, 0.2 }, new[] { 1.0, 1.1, 1.2, 1.3, 1.4 }, 2)]
    [InlineData(new[] { 1.0, 0.8, 0.6, 0.4, 0.2 }, new[] { 1.0, 1.1, 1.2, 1.3, 0.9 }, 0)]
    [InlineData(new[] { 1.0, 0.8, 0.6, 0.7, 0.5, 0.4 }, new[] { 1.0, 1.1, 1.2, 1.3, 1.4, 1.5 }, 5)]
    [InlineData(new[] { 1.0, 0.8, double.NaN, 0.6, 0.4 }, new[] { 1.0, 1.1, 1.2, 1.3, 1.4 }, 0)]
    [InlineData(new[] { 1.0, 0.8, 0.6, 0.4 }, new[] { double.NaN, 1.0, 1.2, 1.3 }, 3)]
    [InlineData(new[] { 1.0, 0.8, 0.7, 0.6, 0.5, 0.4 }, new[] { 1.0, double.NaN, 1.2, double.NaN, 1.3, double.NaN }, 3)]
    [InlineData(new double[0], new double[0], 0)]
    public void Stretch_begins_where_the_loss_stays_above_its_lowest_while_training_loss_falls(double[] train, double[] heldOut, int since)
    {
        var overfitting = new Overfitting();
        for (int i = 0; i < train.Length; i++)
        {
            overfitting.Add(i + 1, train[i], heldOut[i]);
        }

        Assert.Equal(since == 0 ? null : since, overfitting.Since);
    }

    [Fact]
    public void Falling_loss_on_other_images_is_never_overfitting() =>
        Gen.Select(Gen.Double[0, 1].Array[1, 30], Gen.Double[0, 1].Array[30]).Sample((train, steps) =>
        {
            var overfitting = new Overfitting();
            double heldOut = 100;
            for (int i = 0; i < train.Length; i++)
            {
                overfitting.Add(i + 1, train[i], heldOut -= steps[i]);
                Assert.Null(overfitting.Since);
            }
        });
}
