using CsCheck;
using DistTrain.Node.Scaling;
using DistTrain.Tests.Runs;

namespace DistTrain.Tests.Scaling;

public sealed class ScalingStudyTests
{
    [Fact]
    public void Points_are_medians_with_least_and_most_and_speed_up_against_the_fewest_workers()
    {
        ScalingStudy study = Of(Run(2, 10), Run(2, 12), Run(2, 11), Run(4, 6), Run(4, 5), Run(4, 7));

        Assert.Equal([new ScalingPoint(2, 11, 10, 12, 2), new ScalingPoint(4, 6, 5, 7, 22 / 6.0)], study.Points);
        Assert.Equal(1, study.Points[0].Efficiency);
    }

    [Fact]
    public void Median_of_two_turns_is_between_them() => Assert.Equal(11, Of(Run(1, 10), Run(1, 12)).Points[0].Median);

    [Fact]
    public void Order_of_the_runs_does_not_matter() => Gen.Shuffle(new[] { Run(1, 40), Run(2, 22), Run(4, 12), Run(1, 41), Run(2, 21), Run(4, 13) }).Sample(runs =>
    {
        ScalingStudy study = Of(runs);

        Assert.Equal([40.5, 21.5, 12.5], study.Points.Select(point => point.Median));
        Assert.Equal(Of([.. runs.Reverse()]).Cost, study.Cost);
    });

    [Fact]
    public void Weights_that_differ_are_named_with_their_numbers_of_workers()
    {
        ScalingStudy study = Of(Run(4, 1) with { WeightsSha256 = "b" }, Run(1, 4), Run(2, 2), Run(4, 1) with { WeightsSha256 = "b" });

        Assert.False(study.SameWeights);
        Assert.Equal(["b: 4", "a: 1 2"], study.Digests.Select(digest => $"{digest.Sha256}: {string.Join(' ', digest.Workers)}"));
        Assert.Contains("did not end in the same weights", Report(study), StringComparison.Ordinal);
    }

    [Fact]
    public void Warm_up_counts_for_its_weights_alone() =>
        Assert.Equal(4, Of(Run(1, 1000) with { Turn = 0 }, Run(1, 4)).Points.Single().Median);

    [Fact]
    public void Report_names_bottleneck_and_enough_workers()
    {
        string report = Report(Of(Run(1, 401), Run(2, 201), Run(4, 101), Run(8, 101)));

        Assert.Contains("4 workers are enough: there are 4 shards", report, StringComparison.Ordinal);
        Assert.Contains("| 4 | 101.0 |", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_numbers_of_workers_name_no_bottleneck()
    {
        ScalingStudy study = Of(Run(1, 4), Run(2, 2));

        Assert.Null(study.Cost);
        Assert.Null(study.Law);
        Assert.Contains("bottleneck: not named", Report(study), StringComparison.Ordinal);
    }

    private static string Report(ScalingStudy study) => ScalingReport.Compose(study, "scaling.png", "a machine", DateTimeOffset.UnixEpoch);

    private static ScalingStudy Of(params IReadOnlyList<ScalingRun> runs) => new(SampleRun.Start().Start, runs, null);

    private static ScalingRun Run(int workers, double milliseconds) => new(workers, 1, milliseconds, 10, "a", "r");
}
