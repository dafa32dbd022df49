using CsCheck;
using DistTrain.Training;
using DistTrain.Training.Generalisation;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Generalisation;

public sealed class EarlyStoppingTests
{
    [Theory]
    [InlineData(2, 0, false, new[] { 1.0, 0.9, 0.8, 0.85, 0.81 }, 5, 3)]
    [InlineData(2, 0, false, new[] { 1.0, 1.0, 1.0 }, 3, 1)]
    [InlineData(2, 0.15, false, new[] { 1.0, 0.9, 0.88, 0.5, 0.4, 0.36 }, 3, 1)]
    [InlineData(3, 0.15, false, new[] { 1.0, 0.9, 0.8, 0.4, 0.36, 0.3, 0.26 }, 7, 4)]
    [InlineData(1, 0, true, new[] { 0.5, 0.6, 0.55 }, 3, 2)]
    [InlineData(2, 0, false, new[] { double.NaN, double.NaN }, 2, 0)]
    [InlineData(2, 0, false, new[] { double.NaN, 1.0, double.NaN, 0.9, double.NaN, double.NaN }, 6, 4)]
    public void Run_ends_after_so_many_epochs_without_an_improvement(int patience, double leastGain, bool higher, double[] values, int ends, int best)
    {
        var stopping = new EarlyStopping(patience, leastGain, higher);
        int epoch = 0;
        foreach (double value in values)
        {
            stopping.Add(value);
            epoch++;
            if (stopping.IsDue)
            {
                break;
            }
        }

        Assert.True(stopping.IsDue);
        Assert.Equal((ends, best), (epoch, stopping.BestEpoch));
    }

    [Fact]
    public void Values_in_a_checkpoint_are_those_that_were_added()
    {
        var job = new JobSpec { Patience = 2 };
        EarlyStopping stopping = job.EarlyStopping(new Dictionary<string, string>(), "")!;
        foreach (double value in new[] { 1.0 / 3, double.NaN, Math.PI, 1e-300 })
        {
            stopping.Add(value);
        }

        Assert.Equal(stopping.Values, job.EarlyStopping(stopping.Saved(), "")!.Values);
        Assert.Null(new JobSpec().EarlyStopping(stopping.Saved(), ""));
        var bad = Assert.Throws<UserErrorException>(() => job.EarlyStopping(new Dictionary<string, string> { [JobEarlyStopping.Key] = "0.5 much" }, "file"));
        Assert.Equal("file: its 'monitored' is not a list of numbers", bad.Message);
    }

    /// <summary>With nothing to gain by, the best is the first of the smallest, and the wait is what has come after it.</summary>
    [Fact]
    public void Best_epoch_is_that_of_the_smallest_loss_and_the_values_make_the_same_state_again() =>
        Gen.Double[0, 10].Array[1, 40].Sample(values =>
        {
            var stopping = new EarlyStopping(3, 0, higherIsBetter: false);
            var mirrored = new EarlyStopping(3, 0, higherIsBetter: true);
            foreach (double value in values)
            {
                stopping.Add(value);
                mirrored.Add(-value);
            }

            int best = Array.IndexOf(values, values.Min()) + 1;
            Assert.Equal((best, values.Length - best), (stopping.BestEpoch, stopping.Waited));
            Assert.Equal(values.Length - best >= 3, stopping.IsDue);
            Assert.Equal((stopping.BestEpoch, stopping.IsDue), (mirrored.BestEpoch, mirrored.IsDue));
            var again = new EarlyStopping(3, 0, higherIsBetter: false);
            foreach (double value in stopping.Values)
            {
                again.Add(value);
            }

            Assert.Equal((stopping.BestEpoch, stopping.Best, stopping.IsDue), (again.BestEpoch, again.Best, again.IsDue));
        });
}
