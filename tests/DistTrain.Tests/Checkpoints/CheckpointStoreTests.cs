using DistTrain.Training;
using DistTrain.Training.Checkpoints;

namespace DistTrain.Tests.Checkpoints;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Newest_of_several_is_read()
    {
        var store = new CheckpointStore(directory.Path);
        store.Save(SampleCheckpoint.Small(10));
        string newest = store.Save(SampleCheckpoint.Small(20));

        LatestCheckpoint latest = store.ReadNewest();

        Assert.Equal(20, latest.Checkpoint!.Step);
        Assert.Equal((newest, "step-00000020.safetensors"), (latest.Path, Path.GetFileName(latest.Path)));
        Assert.Empty(latest.Damaged);
    }

    [Fact]
    public void Damaged_newest_is_named_and_the_one_before_it_used()
    {
        var store = new CheckpointStore(directory.Path);
        store.Save(SampleCheckpoint.Small(10));
        string flipped = store.Save(SampleCheckpoint.Small(20));
        string cut = store.Save(SampleCheckpoint.Small(30));
        byte[] bytes = File.ReadAllBytes(flipped);
        bytes[^1] ^= 1;
        File.WriteAllBytes(flipped, bytes);
        File.WriteAllBytes(cut, File.ReadAllBytes(cut)[..^3]);

        LatestCheckpoint latest = store.ReadNewest();

        Assert.Equal(10, latest.Checkpoint!.Step);
        Assert.Collection(
            latest.Damaged,
            line => Assert.Contains(cut, line, StringComparison.Ordinal),
            line => Assert.Contains("checksum", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Empty_or_missing_directory_has_no_newest()
    {
        Assert.Null(new CheckpointStore(directory.Path).ReadNewest().Checkpoint);
        Assert.Null(new CheckpointStore(directory.File("missing")).ReadNewest().Checkpoint);
    }

    [Fact]
    public void Only_the_last_few_are_kept_and_other_files_left_alone()
    {
        var store = new CheckpointStore(directory.Path, keep: 2);
        File.WriteAllText(directory.File("step-x.safetensors"), "mine");
        for (int step = 1; step <= 5; step++)
        {
            store.Save(SampleCheckpoint.Small(step));
        }

        Assert.Equal(
            ["step-00000004.safetensors", "step-00000005.safetensors", "step-x.safetensors"],
            Directory.GetFiles(directory.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Checkpoint_just_saved_stays_below_a_damaged_higher_number()
    {
        var store = new CheckpointStore(directory.Path, keep: 1);
        File.WriteAllText(store.PathOf(99), "damaged");

        string saved = store.Save(SampleCheckpoint.Small(10));

        Assert.Equal(saved, store.ReadNewest().Path);
    }

    [Fact]
    public void Unfinished_file_is_never_read_and_goes_with_the_next_save()
    {
        var store = new CheckpointStore(directory.Path);
        string unfinished = store.PathOf(50) + ".unfinished";
        File.WriteAllText(unfinished, "half");
        Assert.Null(store.ReadNewest().Checkpoint);
        Assert.True(File.Exists(unfinished));

        store.Save(SampleCheckpoint.Small(10));

        Assert.Equal(["step-00000010.safetensors"], Directory.GetFiles(directory.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Save_over_the_same_step_replaces_it()
    {
        var store = new CheckpointStore(directory.Path);
        store.Save(SampleCheckpoint.Small(10));
        Checkpoint other = SampleCheckpoint.Small(10) with { Epoch = 7 };

        store.Save(other);

        Assert.Equal(7, store.ReadNewest().Checkpoint!.Epoch);
    }

    [Fact]
    public void Directory_that_cannot_be_made_is_a_one_line_error()
    {
        string file = directory.File("file");
        File.WriteAllText(file, "");

        var error = Assert.Throws<UserErrorException>(() => new CheckpointStore(Path.Combine(file, "checkpoints")).Save(SampleCheckpoint.Small(1)));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }
}
