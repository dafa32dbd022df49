using System.Text.Json;
using DistTrain.Node.Commands;
using DistTrain.Node.Display;
using DistTrain.Node.Runs;
using DistTrain.Tests.Runs;

namespace DistTrain.Tests.Scaling;

/// <summary>The real command with real actors, in this process.</summary>
public sealed class ScaleCommandTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();
    private readonly StopSignal stop = new(_ => { });

    private string Folder => Path.Combine(temporary.Path, "study");

    public void Dispose()
    {
        stop.Dispose();
        output.Dispose();
        error.Dispose();
        temporary.Dispose();
    }

    [Fact]
    public async Task Study_of_a_tiny_job_measures_each_number_of_workers_and_finds_the_same_weights()
    {
        int code = await ScaleAsync("--dataset", "synthetic:400", "--workers", "1,2", "--repeat", "1", "--epochs", "1", "--batch-size", "40", "--json");

        Assert.True(code == 0, error.ToString());
        JsonElement[] lines = [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
        Assert.Equal(["warm-up", "run", "run", "summary"], lines.Select(line => line.GetProperty("kind").GetString()).SkipWhile((_, i) => i < lines.Length - 4));
        Assert.Single(lines.SkipLast(1).Select(line => line.GetProperty("weightsSha256").GetString()).Distinct());
        Assert.All(lines.SkipLast(1), line => Assert.True(line.GetProperty("stepMilliseconds").GetDouble() > 0));
        Assert.All(lines, line => Assert.False(line.GetProperty("emulated").GetBoolean()));
        Assert.True(lines[^1].GetProperty("sameWeights").GetBoolean());
        Assert.Equal([1, 2], lines[^1].GetProperty("points").EnumerateArray().Select(point => point.GetProperty("workers").GetInt32()));
        Assert.Equal(JsonValueKind.Null, lines[^1].GetProperty("cost").ValueKind);
    }

    [Fact]
    public async Task Emulated_study_says_so_everywhere_and_its_runs_are_clean()
    {
        int code = await ScaleAsync("--workers", "1,2,4", "--repeat", "2", "--steps", "5", "--emulate-step", "1ms", "--batch-size", "8");

        Assert.True(code == 0, error.ToString());
        Assert.Contains("EMULATED: workers slept 1 ms", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("(emulated)", await File.ReadAllTextAsync(Path.Combine(Folder, "report.md")), StringComparison.Ordinal);
        JsonElement study = JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, "scaling.json")));
        Assert.True(study.GetProperty("emulated").GetBoolean());
        Assert.Equal(4, study.GetProperty("shards").GetInt32());
        Assert.Equal(6, study.GetProperty("runs").EnumerateArray().Count(run => run.GetProperty("turn").GetInt32() > 0));
        Assert.True(new FileInfo(Path.Combine(Folder, "scaling.png")).Length > 10_000);
        Assert.All(study.GetProperty("runs").EnumerateArray(), run => Assert.Empty(RunAudit.Audit(run.GetProperty("runDirectory").GetString()!).Problems));

        // One worker sleeps four times, four workers once: no computer is so slow that the order could be another.
        double[] steps = [.. study.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("least").GetDouble())];
        Assert.True(steps[0] >= 4 && steps[1] >= 2 && steps[2] >= 1, string.Join(", ", steps));
    }

    [Theory]
    [InlineData("--workers is '0': allowed is a whole number from 1 to 1024", "--workers", "1,0")]
    [InlineData("--workers is '': allowed", "--workers", "1,,2")]
    [InlineData("--repeat is '0'", "--repeat", "0")]
    [InlineData("unknown option '--warmup'", "--warmup", "2")]
    [InlineData("--out is ''", "--out", "")]
    [InlineData("unknown option '--resume'", "--resume", "r")]
    [InlineData("--batch-size is 4", "--workers", "1,8", "--batch-size", "4")]
    [InlineData("the job has 1 step", "--workers", "1", "--dataset", "synthetic:100", "--emulate-step", "1us", "--steps", "1", "--batch-size", "10")]
    [InlineData("--placement and --cluster exclude each other", "--cluster", "h:1", "--placement", "processes")]
    public async Task Bad_input_gives_one_line_that_names_it_and_exit_code_2(string expected, params string[] args)
    {
        int code = await ScaleAsync(args);

        Assert.Equal(2, code);
        Assert.Contains(expected, Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_that_holds_something_is_refused()
    {
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(Path.Combine(Folder, "x"), "x");

        Assert.Equal(2, await ScaleAsync("--emulate-step", "1ms"));
        Assert.Contains("is not empty: give another --out", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_ends_the_study_with_what_was_measured()
    {
        using var seen = new WatchedWriter("turn 1 of 9, 2 workers: ", () => stop.Raise(ExitCode.Interrupted, "Ctrl-C"));
        int code = await RunAsync(seen, ["scale", "--warm-up", "0", "--workers", "1,2", "--repeat", "9", "--steps", "4", "--emulate-step", "1ms", "--batch-size", "8", "--out", Folder]);

        Assert.Equal(ExitCode.Interrupted, code);
        Assert.True(File.Exists(Path.Combine(Folder, "report.md")));
    }

    private Task<int> ScaleAsync(params string[] args) =>
        RunAsync(output, ["scale", "--warm-up", "0", .. args, .. args.Contains("--out") ? Array.Empty<string>() : ["--out", Folder]]);

    private Task<int> RunAsync(TextWriter into, string[] args) =>
        CommandLine.RunAsync(args, ProgramServices.Create(), new Terminal(into, error, OutIsTerminal: false), stop);

    private sealed class WatchedWriter(string text, Action found) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.StartsWith(text, StringComparison.Ordinal) == true)
            {
                found();
            }
        }
    }
}
