using DistTrain.Training.Jobs;
using DistTrain.Training.Optimizers;

namespace DistTrain.Tests.Jobs;

public sealed class JobScheduleTests
{
    [Theory]
    [InlineData(10, 469, 4690)]
    [InlineData(1.5, 469, 704)]
    [InlineData(0.1, 30, 3)]
    [InlineData(1.0001, 30, 30)]
    [InlineData(0.001, 30, 1)]
    [InlineData(int.MaxValue, 60_000, 128_849_018_820_000)]
    public void Epochs_have_their_share_of_steps_and_a_job_at_least_one(double epochs, long stepsPerEpoch, long expected) =>
        Assert.Equal(expected, new JobSpec { Epochs = epochs }.PlannedSteps(stepsPerEpoch));

    /// <summary>The rate is down where training ends, not where the epoch would have.</summary>
    [Theory]
    [InlineData(LearningRateSchedule.OneCycle)]
    [InlineData(LearningRateSchedule.Cosine)]
    public void Schedule_ends_with_the_last_epoch_whole_or_not(string schedule)
    {
        LearningRateSchedule rates = new JobSpec { Epochs = 1.5, Schedule = schedule, LearningRate = 1 }.LearningRates(100);

        Assert.Equal(150, rates.Updates);
        Assert.InRange(rates.At(150), 0, 1e-3);
        Assert.InRange(rates.At(100), 0.2, 1);
    }
}
