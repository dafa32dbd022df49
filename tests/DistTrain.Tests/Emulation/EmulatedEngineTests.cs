using CsCheck;
using DistTrain.Node.Emulation;
using DistTrain.Tests.Reference;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using Microsoft.Extensions.Time.Testing;

namespace DistTrain.Tests.Emulation;

public sealed class EmulatedEngineTests
{
    private static readonly LabelledImages Images = RandomImages.Make(64, seed: 1);

    [Fact]
    public void Gradient_is_that_of_its_loss() => Gen.Float[-1, 1].Array[5].Sample(weights =>
    {
        using var engine = new EmulatedEngine(weights.Length, TimeSpan.Zero, TimeProvider.System, _ => { });
        Batch batch = BatchOf(3, 7, 9);
        float[] gradient = new float[weights.Length];
        GradientResult at = engine.ComputeGradient(weights, batch, gradient);

        // The loss is quadratic, so a central difference is exact but for rounding.
        for (int i = 0; i < weights.Length; i++)
        {
            double slope = LossAt(engine, weights, i, 0.5f, batch) - LossAt(engine, weights, i, -0.5f, batch);
            Assert.Equal(slope, gradient[i], 1e-3);
        }

        Assert.Equal(new GradientResult(3, at.LossSum, 0), engine.Evaluate(weights, batch));
    });

    [Fact]
    public void Gradients_of_two_batches_add_up_to_that_of_both()
    {
        float[] weights = [1, -2, 4];
        using var engine = new EmulatedEngine(3, TimeSpan.Zero, TimeProvider.System, _ => { });

        Assert.Equal(
            Of(engine, weights, BatchOf(1, 2, 3, 4, 5)),
            Of(engine, weights, BatchOf(1, 2)).Zip(Of(engine, weights, BatchOf(3, 4, 5)), (a, b) => a + b));
        Assert.Equal([0, 0, 0], Of(engine, weights, BatchOf()));
    }

    [Fact]
    public void Sleep_lasts_until_the_duration_is_over_and_what_came_before_counts()
    {
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(3) };
        var slept = new List<TimeSpan>();
        using var engine = new EmulatedEngine(1, TimeSpan.FromMilliseconds(20), clock, slept.Add);
        using var late = new EmulatedEngine(1, TimeSpan.FromMilliseconds(2), clock, slept.Add);

        _ = Of(engine, [1], BatchOf(0));
        _ = Of(late, [1], BatchOf(0));

        Assert.Equal([TimeSpan.FromMilliseconds(17)], slept);
    }

    [Fact]
    public void Precise_sleep_is_never_short()
    {
        var sleep = new PreciseSleep();
        foreach (double milliseconds in (double[])[0.01, 0.2, 1.5, 0.3, 0.1, 0.4])
        {
            long began = TimeProvider.System.GetTimestamp();

            sleep.For(TimeSpan.FromMilliseconds(milliseconds));

            Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(milliseconds));
        }
    }

    private static double LossAt(EmulatedEngine engine, float[] weights, int index, float step, Batch batch)
    {
        float[] moved = [.. weights];
        moved[index] += step;
        return engine.Evaluate(moved, batch).LossSum;
    }

    private static float[] Of(EmulatedEngine engine, float[] weights, Batch batch)
    {
        float[] gradient = new float[weights.Length];
        engine.ComputeGradient(weights, batch, gradient);
        return gradient;
    }

    private static Batch BatchOf(params int[] samples) => RandomImages.Batch(Images, samples);
}
