using DistTrain.Node.Comparing;

namespace DistTrain.Tests.Comparing;

public sealed class StudyTests
{
    [Fact]
    public void Each_cell_is_trained_from_the_same_seeds_first_seeds_first()
    {
        Study study = SampleStudy.Of(2, "lr=0.1,0.01");

        Assert.Equal(["cell-1-seed-1", "cell-2-seed-1", "cell-1-seed-2", "cell-2-seed-2"], study.Trials.Select(trial => trial.Name));
        Assert.Equal([1UL, 1UL, 2UL, 2UL], study.Trials.Select(trial => trial.Job.Seed));
    }

    [Fact]
    public void Cells_of_one_data_set_follow_each_other() => Assert.Equal(
        [1, 3, 2, 4], SampleStudy.Of(1, "lr=0.1,0.01", "dataset=synthetic:400,synthetic:500").Trials.Select(trial => trial.Cell.Number));

    [Fact]
    public void Refused_cell_has_no_trials() => Assert.Equal(
        [1, 3, 4], SampleStudy.Of(1, "schedule=one-cycle,constant", "warmup-steps=0,5").Trials.Select(trial => trial.Cell.Number));

    [Fact]
    public void Seeds_go_on_from_zero_behind_the_last_number() =>
        Assert.Equal([ulong.MaxValue, 0UL, 1UL], new Study([], SampleStudy.Grid().All(), ulong.MaxValue, 3).Seeds);

    [Fact]
    public void Identity_is_that_of_what_is_trained_not_of_who_trains_it()
    {
        Study study = SampleStudy.Of(2, "lr=0.1,0.01");
        var others = new Study(study.Factors, [.. study.Cells.Select(cell => cell with { Job = cell.Job with { Workers = 7, Partitions = 3, Name = "x" } })], 1, 2);
        Assert.Equal(study.Identity(), others.Identity());
        Assert.DoesNotContain('\n', study.Identity());

        Assert.NotEqual(study.Identity(), SampleStudy.Of(3, "lr=0.1,0.01").Identity());
        Assert.NotEqual(study.Identity(), SampleStudy.Of(2, "lr=0.1,0.02").Identity());
        Assert.NotEqual(study.Identity(), new Study(study.Factors, study.Cells, 2, 2).Identity());
        Assert.NotEqual(study.Identity(), new Study(study.Factors, [.. study.Cells.Select(cell => cell with { Job = cell.Job with { Epochs = 3 } })], 1, 2).Identity());
    }

    [Fact]
    public void Job_is_described_by_what_is_not_as_usual() => Assert.Equal(
        """{"dataset":"synthetic:400","batchSize":40,"epochs":2,"learningRate":0.1}""", Study.Described(SampleStudy.Of(1, "lr=0.1").Cells[0].Job).ToJsonString());

    [Fact]
    public void Common_is_what_every_cell_has() => Assert.Equal("dataset synthetic:400, batchSize 40, epochs 2", SampleStudy.Of(1, "lr=0.1,0.01", "variant=modern,classic").Common());
}
