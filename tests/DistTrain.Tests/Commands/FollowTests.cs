using DistTrain.Node.Client;
using DistTrain.Node.Commands;
using DistTrain.Node.Display;
using DistTrain.Node.Runs;
using DistTrain.Tests.Runs;
using DistTrain.Training;

namespace DistTrain.Tests.Commands;

public sealed class FollowTests
{
    [Fact]
    public async Task Train_json_writes_every_record_and_nothing_else_to_stdout()
    {
        using var run = new CommandRun();
        run.Training.Give(SampleRun.Whole());

        int code = await run.RunAsync("train", "--json");

        Assert.Equal(0, code);
        string[] lines = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(SampleRun.Whole(), lines.Select(RunRecordJson.Read));
        Assert.Contains("\"kind\":\"summary\"", lines[^1], StringComparison.Ordinal);
        Assert.Equal("", run.Error);
        Assert.Equal(1, run.SessionsDisposed);
    }

    [Fact]
    public async Task Train_plain_begins_with_the_data_set_and_ends_with_the_result()
    {
        using var run = new CommandRun();
        run.Training.Give(SampleRun.Whole());

        int code = await run.RunAsync("train");

        Assert.Equal(0, code);
        string[] lines = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("dataset synthetic:2560: no other could be had", lines[0]);
        Assert.Equal($"test accuracy 86.67 %, 0.6 s, 12,800 samples/s, weights sha256 {SampleRun.Sha}", lines[^1]);
        Assert.Equal(3, lines.Count(line => line.StartsWith("epoch ", StringComparison.Ordinal)));
        Assert.Contains("warning: worker 2 was lost at step 15; its shards 2 and 3 went to worker 1", lines);
    }

    [Fact]
    public async Task Train_asks_for_a_trace_and_copies_it_or_says_where_it_is_not()
    {
        string folder = Directory.CreateTempSubdirectory("disttrain-").FullName;
        string file = Path.Combine(folder, "t.json");
        using var run = new CommandRun();
        run.Training.Give(SampleRun.Whole());

        int code = await run.RunAsync("train", "--trace", file);

        Assert.True(run.Training.Submitted!.Trace);
        Assert.Equal(1, code);
        Assert.StartsWith("there is no trace at runs/x/trace.json", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.False(File.Exists(file));

        string own = Path.Combine(folder, "trace.json");
        await File.WriteAllTextAsync(own, "{}", TestContext.Current.CancellationToken);
        Assert.Null(TraceCopy.Copy(folder, file, owed: true));
        Assert.Equal("{}", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Null(TraceCopy.Copy(folder, own, owed: true));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("refused", "dataset 'mnist' was not found", 2)]
    [InlineData("failed", "the run failed: waited 30 s for 2 workers", 1)]
    public async Task A_run_that_did_not_begin_tells_why_and_not_that_it_has_no_trace(string status, string reason, int expected)
    {
        string file = Path.Combine(Path.GetTempPath(), $"disttrain-{Guid.NewGuid():N}.json");
        using var run = new CommandRun();
        run.Training.Give(SampleRun.Summary(status, reason.Replace("the run failed: ", "", StringComparison.Ordinal), steps: 0));

        Assert.Equal(expected, await run.RunAsync("train", "--trace", file));

        Assert.Equal($"disttrain: {reason}", Assert.Single(run.ErrorLines));
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task A_failure_is_told_once_all_that_may_speak_has_ended()
    {
        using var run = new CommandRun { LastWords = "[ps] what a process says while it ends" };
        run.Training.Give(SampleRun.Start(), SampleRun.Summary("failed", "parameter server 1 at h:1 was lost"));

        Assert.Equal(1, await run.RunAsync("train"));

        Assert.Equal(["[ps] what a process says while it ends", "disttrain: the run failed: parameter server 1 at h:1 was lost"], run.ErrorLines);
    }

    [Fact]
    public async Task A_failed_run_gives_one_line_and_exit_code_1()
    {
        using var run = new CommandRun();
        run.Training.Give(SampleRun.Start(), SampleRun.Summary("failed", "parameter server 1 at h:1 was lost: resume from runs/x"));

        Assert.Equal(1, await run.RunAsync("train"));

        Assert.Equal("disttrain: the run failed: parameter server 1 at h:1 was lost: resume from runs/x", Assert.Single(run.ErrorLines));
        Assert.Equal(1, run.SessionsDisposed);
    }

    [Fact]
    public async Task A_user_error_at_the_start_gives_one_line_and_exit_code_2()
    {
        using var run = new CommandRun { StartFailure = new UserErrorException("no data set 'mnst': mnist is near") };

        Assert.Equal(2, await run.RunAsync("train"));

        Assert.Equal("disttrain: no data set 'mnst': mnist is near", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task An_unexpected_error_is_one_line_unless_verbose()
    {
        using var quiet = new CommandRun { StartFailure = new InvalidOperationException("one\ntwo") };
        using var verbose = new CommandRun { StartFailure = new InvalidOperationException("one\ntwo") };

        Assert.Equal(1, await quiet.RunAsync("train"));
        Assert.Equal(1, await verbose.RunAsync("train", "--verbose"));

        Assert.Equal("disttrain: InvalidOperationException: one two (--verbose shows where)", Assert.Single(quiet.ErrorLines));
        Assert.Contains("   at ", verbose.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_that_ends_without_a_summary_says_that_the_coordinator_was_lost()
    {
        using var run = new CommandRun();
        run.Training.Give(SampleRun.Start());
        run.Training.EndRecords();

        Assert.Equal(1, await run.RunAsync("train"));

        Assert.Contains("before its summary", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_c_stops_the_run_and_exits_130_after_its_summary()
    {
        using var run = new CommandRun();
        run.PrepareStop();
        run.Training.Give(SampleRun.Start());
        run.Training.OnStop = () => run.Training.Give(SampleRun.Summary("stopped", "stopped by Ctrl-C: resume with --resume runs/x", 5));
        Task<int> train = run.RunAsync("train", "--json");

        run.Stop.Raise(130, "Ctrl-C");

        Assert.Equal(130, await train.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal("Ctrl-C", run.Training.StopReason);
        Assert.Contains("stopping (Ctrl-C)", run.Error, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"stopped\"", run.Out, StringComparison.Ordinal);
        Assert.Empty(run.Quits);
        Assert.Equal(1, run.SessionsDisposed);
    }

    [Fact]
    public async Task A_run_that_cannot_be_asked_to_stop_is_not_waited_for()
    {
        using var run = new CommandRun();
        run.PrepareStop();
        run.Training.Give(SampleRun.Start());
        Task<int> train = run.RunAsync("train", "--json");
        run.Training.Failure = new CoordinatorLostException("the coordinator was lost");

        run.Stop.Raise(130, "Ctrl-C");

        Assert.Equal(1, await train.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal("disttrain: the coordinator was lost; go on from the last checkpoint with: disttrain train --resume runs/x", run.ErrorLines[^1]);
    }

    [Fact]
    public async Task A_second_ctrl_c_quits_at_once()
    {
        using var run = new CommandRun();
        run.PrepareStop();
        run.Training.Give(SampleRun.Start());
        Task<int> train = run.RunAsync("train", "--json");

        run.Stop.Raise(130, "Ctrl-C");
        run.Stop.Raise(130, "Ctrl-C");

        Assert.Equal([130], run.Quits);
        run.Training.Give(SampleRun.Summary("stopped"));
        Assert.Equal(130, await train.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_run_that_another_client_stopped_is_no_failure()
    {
        using var run = new CommandRun();
        run.Training.Give(SampleRun.Start(), SampleRun.Summary("stopped", "stopped by a client: resume with --resume runs/x"));

        Assert.Equal(0, await run.RunAsync("train"));

        Assert.Contains("stopped: stopped by a client", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_c_ends_a_watch_and_leaves_the_run_alone()
    {
        using var run = new CommandRun();
        run.PrepareStop();
        run.Training.Give(SampleRun.Start());
        Task<int> watch = run.RunAsync("watch", "--json", "--run", "ff");

        run.Stop.Raise(130, "Ctrl-C");

        Assert.Equal(130, await watch.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Null(run.Training.StopReason);
        Assert.Equal(255ul, run.Training.Watched);
    }

    [Fact]
    public async Task A_closed_output_ends_a_watch_quietly()
    {
        using var run = new CommandRun { OutputInstead = new ClosedOutput() };
        run.Training.Give(SampleRun.Whole());

        Assert.Equal(141, await run.RunAsync("watch", "--json"));

        Assert.Equal("", run.Error);
    }

    [Fact]
    public async Task A_closed_output_stops_a_run_with_a_checkpoint()
    {
        using var run = new CommandRun { OutputInstead = new ClosedOutput() };
        run.Training.Give(SampleRun.Start());
        run.Training.OnStop = () => run.Training.Give(SampleRun.Summary("stopped"));

        Assert.Equal(141, await run.RunAsync("train", "--json").WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Equal("the reader of the output has gone", run.Training.StopReason);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public async Task A_submit_during_another_run_is_bad_input()
    {
        using var run = new CommandRun();
        run.Training.Failure = new RunInProgressException("runs/y is going on: stop it first with disttrain stop");

        Assert.Equal(2, await run.RunAsync("train", "--cluster", "h:1"));

        Assert.Equal("disttrain: runs/y is going on: stop it first with disttrain stop", Assert.Single(run.ErrorLines));
    }

    private sealed class ClosedOutput : StringWriter
    {
        public override void WriteLine(string? value) => throw new OutputClosedException(new IOException("Broken pipe"));
    }
}
