using CsCheck;
using DistTrain.Training;
using DistTrain.Training.Optimizers;

namespace DistTrain.Tests.Optimizers;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void One_cycle_rises_to_the_peak_at_thirty_percent_and_falls_to_almost_nothing()
    {
        double At(long update) => LearningRateSchedule.OneCycle.At(update, totalUpdates: 1001, peak: 0.01);

        Assert.Equal(0.01 / 25, At(1), 1e-12);
        Assert.Equal(0.01 * (1 + (1 / 25.0)) / 2, At(151), 1e-12);
        Assert.Equal(0.01, At(301), 1e-12);
        Assert.Equal(0.01 * (1 + 1e-4) / 2, At(651), 1e-12);
        Assert.Equal(1e-6, At(1001), 1e-12);
    }

    [Fact]
    public void One_cycle_stays_above_zero_and_at_most_the_peak() =>
        Gen.Select(Gen.Long[1, 100_000], Gen.Long[1, 100_000]).Sample((update, total) =>
            LearningRateSchedule.OneCycle.At(update, total, 0.5) is > 0 and <= 0.5);

    [Fact]
    public void One_cycle_past_the_end_keeps_the_last_rate() =>
        Assert.Equal(LearningRateSchedule.OneCycle.At(10, 10, 1), LearningRateSchedule.OneCycle.At(11, 10, 1));

    [Fact]
    public void One_cycle_of_a_single_update_is_the_peak() => Assert.Equal(0.25, LearningRateSchedule.OneCycle.At(1, 1, 0.25));

    [Fact]
    public void Constant_is_the_peak_throughout() =>
        Assert.All([1L, 5L, 10L], update => Assert.Equal(3e-3, LearningRateSchedule.Constant.At(update, 10, 3e-3)));

    [Theory]
    [InlineData("one-cycle")]
    [InlineData("constant")]
    public void Name_finds_its_schedule(string name) => Assert.Equal(name, LearningRateSchedule.Find(name).Name);

    [Fact]
    public void Unknown_name_is_an_error_that_lists_the_names()
    {
        var error = Assert.Throws<UserErrorException>(() => LearningRateSchedule.Find("cosine"));

        Assert.Contains("'cosine'", error.Message, StringComparison.Ordinal);
        Assert.Contains(LearningRateSchedule.Names, error.Message, StringComparison.Ordinal);
    }
}
