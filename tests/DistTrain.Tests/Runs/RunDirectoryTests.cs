using System.Collections.Concurrent;
using DistTrain.Node.Runs;
using DistTrain.Training;
using Microsoft.Extensions.Time.Testing;

namespace DistTrain.Tests.Runs;

public sealed class RunDirectoryTests
{
    private static readonly FakeTimeProvider Clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public void Create_names_the_directory_by_time_and_name()
    {
        using var folder = new TemporaryFolder();

        RunDirectory run = RunDirectory.Create(folder.In("runs"), "lenet5", Clock);

        Assert.Equal(folder.In("runs/20260102-030405-lenet5"), run.Path);
        Assert.True(Directory.Exists(run.Checkpoints));
        Assert.Equal(["spec.json", "metrics.jsonl", "ledger", "report.md", "loss-accuracy.png"], new[] { run.Spec, run.Metrics, run.Ledger, run.Report, run.Plot }.Select(Path.GetFileName));
    }

    [Fact]
    public void Runs_that_start_in_the_same_second_get_their_own_directories()
    {
        using var folder = new TemporaryFolder();
        var paths = new ConcurrentBag<string>();

        Parallel.For(0, 24, _ => paths.Add(RunDirectory.Create(folder.Path, "x", Clock).Path));

        Assert.Equal(24, paths.Distinct().Count());
        Assert.Equal(24, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [Fact]
    public void Create_at_takes_an_empty_directory_and_refuses_another_run()
    {
        using var folder = new TemporaryFolder();
        RunDirectory run = RunDirectory.CreateAt(folder.In("a/b"));
        File.WriteAllText(run.Spec, "{}");

        Assert.Contains("holds a run already: go on with it by --resume", Assert.Throws<UserErrorException>(() => RunDirectory.CreateAt(run.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("is not empty", Assert.Throws<UserErrorException>(() => RunDirectory.CreateAt(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_below_a_file_is_a_user_error()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("file", "");

        Assert.StartsWith("cannot make the run directory", Assert.Throws<UserErrorException>(() => RunDirectory.Create(file, "x", Clock)).Message, StringComparison.Ordinal);
        Assert.StartsWith("cannot make the run directory", Assert.Throws<UserErrorException>(() => RunDirectory.CreateAt(Path.Combine(file, "y"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_finds_a_run_and_says_what_is_wrong_with_what_is_none()
    {
        using var folder = new TemporaryFolder();
        RunDirectory made = RunDirectory.CreateAt(folder.In("run"));
        string missing = folder.In("missing");

        Assert.EndsWith("holds no spec.json", Assert.Throws<UserErrorException>(() => RunDirectory.Open(made.Path)).Message, StringComparison.Ordinal);
        Assert.Equal($"{missing} is no run directory: it does not exist", Assert.Throws<UserErrorException>(() => RunDirectory.Open(missing)).Message);
        File.WriteAllText(made.Spec, "{}");
        Assert.Equal(made.Path, RunDirectory.Open(made.Path + "/").Path);
    }
}
