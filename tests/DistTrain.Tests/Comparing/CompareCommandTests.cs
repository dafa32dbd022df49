using System.Globalization;
using System.Text.Json;
using DistTrain.Node.Commands;
using DistTrain.Node.Display;
using DistTrain.Node.Runs;
using DistTrain.Tests.Runs;
using DistTrain.Training.Data;

namespace DistTrain.Tests.Comparing;

/// <summary>The real command with real actors, in this process.</summary>
public sealed class CompareCommandTests : IDisposable
{
    private static readonly string[] Tiny = ["--dataset", "synthetic:400", "--batch-size", "40", "--epochs", "1"];

    private readonly TemporaryFolder temporary = new();
    private readonly StringWriter error = new();

    private string Folder => temporary.In("study");

    public void Dispose()
    {
        error.Dispose();
        temporary.Dispose();
    }

    [Fact]
    public async Task Study_ranks_its_cells_and_its_runs_are_those_of_train()
    {
        JsonElement[] lines = await MustCompareAsync("--vary", "variant=modern,classic", "--vary", "lr=0.001,0.01", "--seeds", "2");

        Assert.Equal(8, lines.Count(line => line.GetProperty("kind").GetString() == "trial"));
        Assert.Equal(Enumerable.Range(1, 8), lines.SkipLast(1).Select(line => line.GetProperty("done").GetInt32()));
        JsonElement[] cells = [.. lines[^1].GetProperty("cells").EnumerateArray()];
        Assert.Equal([1, 2, 3, 4], cells.Select(cell => cell.GetProperty("rank").GetInt32()));
        Assert.Equal(cells.Select(Mean).OrderDescending(), cells.Select(Mean));
        Assert.Empty(RunAudit.Audit(Path.Combine(Folder, "runs", "cell-1-seed-2")).Problems);

        // Cell 4 is classic with 0.01; two workers give the bits of the one that a study has.
        string alone = temporary.In("alone");
        (int code, string output) = await RunAsync("train", [.. Tiny, "--variant", "classic", "--lr", "0.01", "--seed", "2", "--workers", "2", "--run-dir", alone, "--json"]);
        Assert.True(code == 0, error.ToString());
        string weights = JsonElement.Parse(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).GetProperty("weightsSha256").GetString()!;
        JsonElement trial = lines.Single(line => line.TryGetProperty("seed", out JsonElement seed) && seed.GetInt32() == 2 && line.GetProperty("cell").GetInt32() == 4);
        Assert.Equal(weights, trial.GetProperty("weightsSha256").GetString());
    }

    [Fact]
    public async Task Study_that_is_run_again_trains_nothing_and_gives_the_same_bytes()
    {
        string[] study = ["--vary", "lr=0.001,0.01", "--vary", "dropout=0,0.2"];
        await MustCompareAsync(study);
        Dictionary<string, byte[]> first = Directory.EnumerateFiles(Folder).ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);

        JsonElement[] again = await MustCompareAsync(study);

        Assert.Equal("summary", Assert.Single(again).GetProperty("kind").GetString());
        Assert.Equal(6, first.Count);
        Assert.All(first, file => Assert.Equal(file.Value, File.ReadAllBytes(Path.Combine(Folder, file.Key))));
    }

    [Fact]
    public async Task Another_study_in_the_folder_is_refused_unless_that_one_is_to_go()
    {
        await MustCompareAsync("--vary", "lr=0.001,0.01");
        byte[] journal = await File.ReadAllBytesAsync(Path.Combine(Folder, "journal.jsonl"));

        Assert.Equal(2, (await CompareAsync("--vary", "lr=0.001,0.02")).Code);
        Assert.Contains("holds another study", Assert.Single(Lines(error.ToString()), line => line.StartsWith("disttrain: ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(journal, await File.ReadAllBytesAsync(Path.Combine(Folder, "journal.jsonl")));

        await File.WriteAllTextAsync(Path.Combine(Folder, "notes.txt"), "mine");
        Assert.Equal(3, (await MustCompareAsync("--vary", "lr=0.001,0.02", "--fresh")).Length);
        Assert.True(File.Exists(Path.Combine(Folder, "notes.txt")));
    }

    [Fact]
    public async Task Run_that_fails_is_a_row_that_says_why_and_is_made_again_if_asked()
    {
        // Thirty layers of weights around 1000: beyond what a float can hold.
        string deep = "mlp:784-" + string.Join('-', Enumerable.Repeat("20", 30)) + "-10";
        string[] study = ["--vary", $"model=mlp:784-20-10,{deep}", "--lr", "1000", "--schedule", "constant"];

        JsonElement[] lines = await MustCompareAsync(study);

        JsonElement[] cells = [.. lines[^1].GetProperty("cells").EnumerateArray()];
        Assert.Equal([1, 2], cells.Select(cell => cell.GetProperty("cell").GetInt32()));
        Assert.Equal(JsonValueKind.Null, cells[1].GetProperty("rank").ValueKind);
        Assert.Contains("1 of 1 failed, seed 1: ", cells[1].GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.Contains("training has diverged", cells[1].GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Folder, cells[1].GetProperty("problem").GetString(), StringComparison.Ordinal);

        Assert.Single(await MustCompareAsync(study));
        Assert.Equal(2, (await MustCompareAsync([.. study, "--retry-failed"])).Length);
    }

    [Fact]
    public async Task Stop_keeps_what_is_finished_and_the_same_command_goes_on()
    {
        string[] study = ["--vary", "lr=0.001,0.01,0.02,0.03", "--seeds", "2", "--parallel", "1"];
        using var stop = new StopSignal(_ => { });
        using var seen = new WatchedWriter("\"kind\":\"trial\"", () => stop.Raise(ExitCode.Interrupted, "Ctrl-C"));
        int code = await RunAsync(seen, stop, ["compare", .. Tiny, .. study, "--json", "--out", Folder]);

        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Contains($"of 8 trials are kept in {Folder}; the same command with --out {Folder} goes on", error.ToString(), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Folder, "comparison.html")));
        int kept = Lines(await File.ReadAllTextAsync(Path.Combine(Folder, "journal.jsonl"))).Length - 1;
        Assert.InRange(kept, 1, 7);

        JsonElement[] rest = await MustCompareAsync(study);
        Assert.Equal(8 - kept, rest.Length - 1);
        Assert.Equal(8, rest[^1].GetProperty("trialsDone").GetInt32());
    }

    [Fact]
    public async Task Sample_trains_so_many_cells()
    {
        JsonElement[] lines = await MustCompareAsync("--vary", "lr=log:1e-4..1e-1:7", "--vary", "batch-size=40,80", "--sample", "2");

        Assert.Equal(2, lines.Length - 1);
        Assert.True(File.Exists(Path.Combine(Folder, "heat-map.png")));
    }

    [Fact]
    public async Task Sample_of_impossible_combinations_alone_is_a_report_of_them_and_exit_code_2()
    {
        // Eight of the 27 cells cannot be, and some seed draws one of those.
        string[] study = ["--vary", "schedule=one-cycle,constant,cosine", "--vary", "warmup-steps=0,1,2,3,4,5,6,7,8", "--sample", "1"];
        string seed = Enumerable.Range(1, 50).Select(seed => seed.ToString(CultureInfo.InvariantCulture))
            .First(seed => Lot.Of([.. Enumerable.Range(0, 27)], 1, ulong.Parse(seed, CultureInfo.InvariantCulture), 0)[0] is > 0 and < 9);

        (int code, string output) = await CompareAsync([.. study, "--seed", seed]);

        Assert.Equal(2, code);
        Assert.Contains("no cell has a result: refused: --warmup-steps is ", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, JsonElement.Parse(Assert.Single(Lines(output))).GetProperty("trials").GetInt32());
    }

    [Fact]
    public async Task Table_on_the_terminal_has_the_best_first_and_names_the_report()
    {
        (int code, string output) = await RunAsync("compare", [.. Tiny, "--vary", "lr=0.001,0.01", "--out", Folder]);

        Assert.True(code == 0, error.ToString());
        string[] lines = Lines(output);
        Assert.Equal("2 cells of lr (2), 1 seed from 1: 2 trials; " + (Environment.ProcessorCount > 1 ? 2 : 1) + " at a time", lines[0]);
        Assert.StartsWith("rank  mean %", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("   1  ", lines[4], StringComparison.Ordinal);
        Assert.Equal($"report {Path.Combine(Folder, "comparison.html")}", lines[^1]);
    }

    [Theory]
    [InlineData("--vary lr is 'x': allowed is a number above 0 up to 1000", "--vary", "lr=0.1,x")]
    [InlineData("unknown name in --vary (value 'lrr'): did you mean lr?", "--vary", "lrr=1")]
    [InlineData("--vary names lr twice", "--vary", "lr=0.1", "--vary", "lr=0.2")]
    [InlineData("required argument missing for option: '--vary'", "--out", "never-made", "--vary")]
    [InlineData("--vary stands without NAME=VALUES", "--vary", "lr=0.1", "--vary", "--lr=0.2")]
    [InlineData("--vary model=lenet6 cannot be in any cell", "--vary", "model=lenet6")]
    [InlineData("dataset 'nosuch' is unknown", "--dataset", "nosuch")]
    [InlineData("--sample is '0'", "--sample", "0")]
    [InlineData("--seeds is '0'", "--seeds", "0")]
    [InlineData("--parallel is '0'", "--parallel", "0")]
    [InlineData("--parallel and --cluster exclude each other", "--parallel", "2", "--cluster", "h:1")]
    [InlineData("unknown option '--run-dir'", "--run-dir", "r")]
    [InlineData("unknown option '--emulate-step'", "--emulate-step", "1ms")]
    [InlineData("--out is ''", "--out", "")]
    public async Task Bad_input_gives_one_line_and_exit_code_2_before_anything_runs(string expected, params string[] args)
    {
        (int code, _) = await RunAsync("compare", [.. args, .. args.Contains("--out") ? Array.Empty<string>() : ["--out", Folder]]);

        Assert.Equal(2, code);
        Assert.Contains(expected, Assert.Single(Lines(error.ToString())), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task Emulated_base_from_the_environment_is_refused()
    {
        await File.WriteAllTextAsync(temporary.In("job.json"), """{ "emulateStepMilliseconds": 5 }""");

        Assert.Equal(2, (await RunAsync("compare", ["--config", temporary.In("job.json"), "--out", Folder])).Code);
        Assert.Contains("an emulated job has no accuracy to compare", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_of_something_else_is_refused()
    {
        temporary.Write("x", "x");

        Assert.Equal(2, (await RunAsync("compare", [.. Tiny, "--out", temporary.Path])).Code);
        Assert.Contains("is not empty, and no study has journal.jsonl there", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Study_whose_data_cannot_be_had_says_so_and_exits_with_2()
    {
        (int code, _) = await RunAsync("compare", ["--dataset", "idx:" + temporary.In("nowhere"), "--out", Folder]);

        Assert.Equal(2, code);
        Assert.Contains("no cell has a result: refused: ", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("there is no such folder", error.ToString(), StringComparison.Ordinal);
    }

    private static double Mean(JsonElement cell) => cell.GetProperty("meanAccuracy").GetDouble();

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task<JsonElement[]> MustCompareAsync(params string[] args)
    {
        (int code, string output) = await CompareAsync(args);
        Assert.True(code == 0, error.ToString());
        return [.. Lines(output).Select(line => JsonElement.Parse(line))];
    }

    private Task<(int Code, string Output)> CompareAsync(params string[] args) => RunAsync("compare", [.. Tiny, .. args, "--out", Folder, "--json"]);

    private async Task<(int Code, string Output)> RunAsync(string verb, string[] args)
    {
        using var output = new StringWriter();
        using var stop = new StopSignal(_ => { });
        int code = await RunAsync(output, stop, [verb, .. args]);
        return (code, output.ToString());
    }

    private Task<int> RunAsync(TextWriter output, StopSignal stop, string[] args) =>
        CommandLine.RunAsync(args, ProgramServices.Create(), new Terminal(output, error, OutIsTerminal: false), stop);

    private sealed class WatchedWriter(string text, Action found) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.Contains(text, StringComparison.Ordinal) == true)
            {
                found();
            }
        }
    }
}
