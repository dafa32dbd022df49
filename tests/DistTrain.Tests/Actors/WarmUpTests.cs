using DistTrain.Node.Actors.Coordinator;
using DistTrain.Training.Jobs;
using DistTrain.Training.Optimizers;

namespace DistTrain.Tests.Actors;

/// <summary>What is done beforehand can be done, and leaves nothing behind.</summary>
public sealed class WarmUpTests
{
    public static TheoryData<string> Optimizers => [.. OptimizerCatalog.All.Select(optimizer => optimizer.Name)];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Every_optimizer_gives_the_bits_of_one_that_was_not_warmed_up(string name)
    {
        AssertUnchanged(new JobSpec { Optimizer = name });
        AssertUnchanged(new JobSpec { Optimizer = name, L1 = 0.001 });
    }

    [Fact]
    public void Coordinator_does_without_a_run_what_a_run_does() => CoordinatorWarmUp.Run();

    private static void AssertUnchanged(JobSpec spec)
    {
        IOptimizer optimizer = spec.NewOptimizer();
        float[] before = Updated(spec.NewOptimizer());

        OptimizerWarmUp.Run(optimizer);

        Assert.Equal(before, Updated(optimizer));
        Assert.NotEqual(new float[before.Length], before);
    }

    private static float[] Updated(IOptimizer optimizer)
    {
        float[] ones = [.. Enumerable.Repeat(1f, 20)];
        float[] updated = new float[20];
        optimizer.Begin(update: 1, learningRate: 0.1, sampleCount: 2);
        optimizer.Apply(new UpdateBlock { Weights = ones, GradientSum = ones, FirstMoment = new float[20], SecondMoment = new float[20], Updated = updated });
        return updated;
    }
}
