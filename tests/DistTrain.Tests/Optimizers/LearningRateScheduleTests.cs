using CsCheck;
using DistTrain.Training;
using DistTrain.Training.Optimizers;

namespace DistTrain.Tests.Optimizers;

public sealed class LearningRateScheduleTests
{
    private static readonly string[] All = [LearningRateSchedule.Constant, LearningRateSchedule.Step, LearningRateSchedule.Cosine, LearningRateSchedule.Linear, LearningRateSchedule.OneCycle];

    private static readonly Gen<string> AnyName = Gen.Int[0, All.Length - 1].Select(index => All[index]);

    private static readonly Gen<LearningRateSchedule> AnySchedule = Gen.Select(
        AnyName,
        Gen.Long[1, 100_000],
        Gen.Long[1, 2_000],
        Gen.OneOf(Gen.Const(0.0), Gen.Double[0, 0.99], Gen.Int[1, 5_000].Select(steps => (double)steps)),
        Gen.Int[1, 20],
        Gen.Double[0.01, 1],
        (name, updates, perEpoch, warmup, every, factor) => new LearningRateSchedule
        {
            Name = name,
            Peak = 0.5,
            Updates = updates,
            UpdatesPerEpoch = perEpoch,
            WarmupSteps = warmup,
            DecayEvery = every,
            DecayFactor = factor,
        });

    [Fact]
    public void One_cycle_rises_to_the_peak_at_thirty_percent_and_falls_to_almost_nothing()
    {
        var schedule = new LearningRateSchedule { Peak = 0.01, Updates = 1001 };

        Assert.Equal(0.01 / 25, schedule.At(1), 1e-12);
        Assert.Equal(0.01 * (1 + (1 / 25.0)) / 2, schedule.At(151), 1e-12);
        Assert.Equal(0.01, schedule.At(301), 1e-12);
        Assert.Equal(0.01 * (1 + 1e-4) / 2, schedule.At(651), 1e-12);
        Assert.Equal(1e-6, schedule.At(1001), 1e-12);
    }

    [Fact]
    public void Rate_stays_above_zero_and_at_most_the_peak() =>
        Gen.Select(AnySchedule, Gen.Long[1, 200_000]).Sample((schedule, update) => schedule.At(update) is >= 0 and <= 0.5);

    [Fact]
    public void Rate_past_the_end_is_the_last_one() =>
        AnySchedule.Sample(schedule => schedule.At(schedule.Updates + 7) == schedule.At(schedule.Updates));

    [Fact]
    public void Rate_only_falls_once_the_warm_up_is_over() =>
        Gen.Select(AnySchedule.Where(schedule => schedule.Name != LearningRateSchedule.OneCycle), Gen.Long[1, 100_000]).Sample((schedule, update) =>
            update < WarmupOf(schedule) || schedule.At(update + 1) <= schedule.At(update));

    [Fact]
    public void One_cycle_of_a_single_update_is_the_peak() => Assert.Equal(0.25, new LearningRateSchedule { Peak = 0.25, Updates = 1 }.At(1));

    [Fact]
    public void Constant_is_the_peak_throughout() =>
        Assert.All([1L, 5L, 10L], update => Assert.Equal(3e-3, Of(LearningRateSchedule.Constant, 10, 3e-3).At(update)));

    [Fact]
    public void Warm_up_of_a_constant_rate_is_LinearLR_of_PyTorch()
    {
        // lr(t) = lr (start + (1 - start) min(t, total) / total), with start = 1/8 and total = 7: full from t = 7, the eighth update, on.
        LearningRateSchedule schedule = Of(LearningRateSchedule.Constant, 100, 0.3) with { WarmupSteps = 8 };

        Assert.All(Enumerable.Range(0, 100), t =>
            Assert.Equal(0.3 * (0.125 + (0.875 * Math.Min(t, 7) / 7)), schedule.At(t + 1), 1e-15));
    }

    [Fact]
    public void Cosine_is_CosineAnnealingLR_of_PyTorch()
    {
        // Its recursion rather than the closed form: lr(t + 1) = lr(t) (1 + cos(pi (t + 1) / T)) / (1 + cos(pi t / T)).
        const int T = 50;
        LearningRateSchedule schedule = Of(LearningRateSchedule.Cosine, T, 0.1);
        double rate = 0.1;
        for (int t = 0; t < T; t++)
        {
            Assert.Equal(rate, schedule.At(t + 1), 1e-12);
            rate *= (1 + Math.Cos(Math.PI * (t + 1) / T)) / (1 + Math.Cos(Math.PI * t / T));
        }

        Assert.InRange(schedule.At(T), 0, 0.1 / 1000);
    }

    [Fact]
    public void Linear_is_LinearLR_of_PyTorch_down_to_nothing()
    {
        // Its recursion rather than the closed form: lr(t + 1) = lr(t) (1 + (end - start) / (T start + t (end - start))), with start = 1 and end = 0.
        const int T = 50;
        LearningRateSchedule schedule = Of(LearningRateSchedule.Linear, T, 0.1);
        double rate = 0.1;
        for (int t = 0; t < T; t++)
        {
            Assert.Equal(rate, schedule.At(t + 1), 1e-12);
            rate *= 1 - (1.0 / (T - t));
        }

        Assert.Equal(0.1 / T, schedule.At(T), 1e-12);
    }

    [Theory]
    [InlineData(LearningRateSchedule.Cosine)]
    [InlineData(LearningRateSchedule.Linear)]
    public void Fall_after_a_warm_up_is_over_the_updates_that_are_left(string name) =>
        Gen.Select(Gen.Int[1, 200], Gen.Int[1, 500], Gen.Int[1, 500]).Sample((warmup, left, update) =>
            (Of(name, warmup + left, 1) with { WarmupSteps = warmup }).At(warmup + update)
            == Of(name, left, 1).At(update));

    [Fact]
    public void Step_is_StepLR_of_PyTorch()
    {
        // Its recursion: multiplied by gamma whenever another three epochs are over.
        LearningRateSchedule schedule = Of(LearningRateSchedule.Step, 100, 0.8) with { UpdatesPerEpoch = 5, DecayEvery = 3, DecayFactor = 0.5 };
        double rate = 0.8;
        for (int epoch = 0; epoch < 20; epoch++)
        {
            rate = epoch > 0 && epoch % 3 == 0 ? rate * 0.5 : rate;
            Assert.All(Enumerable.Range(1, 5), update => Assert.Equal(rate, schedule.At((5 * epoch) + update)));
        }
    }

    [Fact]
    public void Warm_up_by_share_is_a_warm_up_by_count() =>
        Gen.Select(AnySchedule, Gen.Int[1, 99], Gen.Long[1, 1000]).Sample((schedule, percent, update) =>
            (schedule with { Updates = 1000, WarmupSteps = percent / 100.0 }).At(update)
            == (schedule with { Updates = 1000, WarmupSteps = Math.Ceiling(percent / 100.0 * 1000) }).At(update));

    [Fact]
    public void Warm_up_of_one_step_is_none() =>
        Gen.Select(Gen.Int[0, 1].Select(index => All[index]), Gen.Long[1, 100]).Sample((name, update) =>
            (Of(name, 100, 1) with { WarmupSteps = 1, UpdatesPerEpoch = 7 }).At(update) == (Of(name, 100, 1) with { UpdatesPerEpoch = 7 }).At(update));

    [Fact]
    public void Known_names_are_taken() => AnyName.Sample(LearningRateSchedule.RequireKnown);

    [Fact]
    public void Unknown_name_is_an_error_that_lists_the_names()
    {
        var error = Assert.Throws<UserErrorException>(() => LearningRateSchedule.RequireKnown("quadratic"));

        Assert.Contains("'quadratic'", error.Message, StringComparison.Ordinal);
        Assert.Contains(LearningRateSchedule.Names, error.Message, StringComparison.Ordinal);
    }

    private static LearningRateSchedule Of(string name, long updates, double peak) => new() { Name = name, Updates = updates, Peak = peak };

    private static double WarmupOf(LearningRateSchedule schedule) =>
        schedule.WarmupSteps < 1 ? schedule.WarmupSteps * schedule.Updates : schedule.WarmupSteps;
}
