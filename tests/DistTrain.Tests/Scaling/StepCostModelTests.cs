using CsCheck;
using DistTrain.Node.Scaling;

namespace DistTrain.Tests.Scaling;

public sealed class StepCostModelTests
{
    private static readonly int[] Counts = [1, 2, 3, 4, 8, 16, 32];

    private static readonly Gen<StepCostModel> AnyModel = Gen.Select(
        Gen.Double[10, 1000], Gen.Double[0.1, 10], Gen.Double[0.01, 1], Gen.Int[1, 64], Gen.Int[0, 8],
        (compute, serial, coordination, shards, processors) => Model(compute, serial, coordination, shards, processors == 0 ? null : processors));

    [Fact]
    public void Fit_recovers_the_times_that_exact_steps_are_made_of() => AnyModel.Where(Distinguishable).Sample(model =>
    {
        StepCostModel fitted = StepCostModel.Fit(Steps(model, _ => 1), model.Shards, model.Processors)!;

        Assert.Equal(model.Compute, fitted.Compute, 1e-6 * model.Compute);
        Assert.Equal(model.Serial, fitted.Serial, 1e-6 * model.At(1));
        Assert.Equal(model.Coordination, fitted.Coordination, 1e-6 * model.At(1));
        Assert.InRange(fitted.Residuals.RootMeanSquare, 0, 1e-9);
    });

    [Fact]
    public void Fit_of_noisy_steps_is_no_further_off_than_the_truth() => Gen.Select(AnyModel, Gen.Double[-0.03, 0.03].Array[7]).Sample((model, noise) =>
    {
        StepTime[] steps = Steps(model, i => 1 + noise[i]);
        StepCostModel fitted = StepCostModel.Fit(steps, model.Shards, model.Processors)!;

        Assert.InRange(fitted.Residuals.RootMeanSquare, 0, FitResiduals.Of(steps, model.At).RootMeanSquare + 1e-4);
        Assert.True(fitted is { Compute: >= 0, Serial: >= 0, Coordination: >= 0 });
    });

    [Fact]
    public void Parts_of_a_step_add_up_to_it() => Gen.Select(AnyModel, Gen.Int[1, 100]).Sample((model, workers) =>
    {
        Assert.All(model.PartsAt(workers), part => Assert.True(part.Milliseconds >= 0));
        Assert.Equal(model.At(workers), model.PartsAt(workers).Sum(part => part.Milliseconds), 1e-9 * model.At(workers));
    });

    [Fact]
    public void More_workers_than_enough_gain_next_to_nothing_and_fewer_would_lose() => AnyModel.Sample(model =>
    {
        int enough = model.Enough();

        Assert.InRange(enough, 1, model.Shards);
        Assert.All(Enumerable.Range(enough, 100), workers => Assert.True(model.At(workers) >= model.At(enough) / (1 + StepCostModel.Worth) - 1e-9));
        Assert.True(enough == 1 || model.At(enough - 1) > model.At(enough));
    });

    [Theory]
    [InlineData(100, 0.1, 0.01, 32, null, 4, "Computation")]
    [InlineData(100, 1, 0.01, 4, null, 3, "Computation")]
    [InlineData(100, 1, 0.01, 4, null, 16, "UnevenShards")]
    [InlineData(100, 1, 0.01, 32, 2, 8, "Processors")]
    [InlineData(100, 50, 0.01, 32, null, 8, "Serial")]
    [InlineData(10, 1, 2, 32, null, 8, "Coordination")]
    public void Largest_part_is_the_bottleneck(double compute, double serial, double coordination, int shards, int? processors, int workers, string expected) =>
        Assert.Equal(Enum.Parse<Bottleneck>(expected), Model(compute, serial, coordination, shards, processors).BottleneckAt(workers));

    [Fact]
    public void Workers_who_share_processors_are_enough_when_they_are_as_many() =>
        Assert.Equal(2, Model(100, 1, 0.1, 32, 2).Enough());

    [Fact]
    public void Two_counts_of_workers_are_too_few() =>
        Assert.Null(StepCostModel.Fit([new StepTime(1, 10), new StepTime(2, 6)], 4, null));

    private static StepCostModel Model(double compute, double serial, double coordination, int shards, int? processors) =>
        new(compute, serial, coordination, shards, processors, new FitResiduals(0, 0, 0, 0));

    private static StepTime[] Steps(StepCostModel model, Func<int, double> noise) =>
        [.. Counts.Select((workers, i) => new StepTime(workers, model.At(workers) * noise(i)))];

    /// <summary>With one shard or processor the computation takes as long whoever does it, as the exchange does.</summary>
    private static bool Distinguishable(StepCostModel model) => model is { Shards: > 1, Processors: not 1 };
}
