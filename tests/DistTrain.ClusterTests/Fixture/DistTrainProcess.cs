using System.Diagnostics;
using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;

namespace DistTrain.ClusterTests.Fixture;

/// <summary>
/// One <c>disttrain</c> process with what it has written so far. Every wait has a deadline and fails with the whole
/// output; disposing it ends the process and its children.
/// </summary>
public sealed class DistTrainProcess : IDisposable
{
    /// <summary>Far more than anything here takes, on a machine that is busy with other things too.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly object gate = new();
    private readonly Process process;
    private readonly string commandLine;
    private readonly List<string> output = [];
    private readonly List<string> errors = [];
    private readonly List<RunRecord> records = [];
    private readonly bool readsRecords;
    private int openStreams = 2;

    private DistTrainProcess(string[] arguments, string variable = "", string value = "")
    {
        commandLine = "disttrain " + string.Join(' ', arguments);
        readsRecords = arguments.Contains("--json") && (arguments[0] is "train" or "watch");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "disttrain"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (string setting in start.Environment.Keys.Where(key => key.StartsWith("DISTTRAIN_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(setting);
        }

        if (variable.Length > 0)
        {
            start.Environment[variable] = value;
        }

        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Heard(line.Data, output);
        process.ErrorDataReceived += (_, line) => Heard(line.Data, errors);
        process.Start();
        Id = process.Id;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id { get; }

    /// <summary>What stands on stdout and is no record.</summary>
    public IReadOnlyList<string> Output => Snapshot(output);

    public IReadOnlyList<string> Errors => Snapshot(errors);

    public IReadOnlyList<RunRecord> Records => Snapshot(records);

    public IReadOnlyList<EventRecord> Events => [.. Records.Where(record => record.Event is not null).Select(record => record.Event)];

    public static DistTrainProcess Launch(params string[] arguments) => new(arguments);

    /// <summary>With one environment variable more.</summary>
    public static DistTrainProcess LaunchWith(string variable, string value, params string[] arguments) => new(arguments, variable, value);

    /// <summary>Runs a command to its end.</summary>
    public static DistTrainProcess Run(params string[] arguments)
    {
        DistTrainProcess run = Launch(arguments);
        run.Exit();
        return run;
    }

    public void Send(Signal signal) => ProcessTable.Send(Id, signal);

    /// <summary>Waits until the process and all that it wrote have ended.</summary>
    /// <returns>The exit code.</returns>
    public int Exit(TimeSpan? within = null)
    {
        Until(() => openStreams == 0, "end", within);
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>Waits for the first line of stdout of which <paramref name="read"/> makes something.</summary>
    public T Line<T>(Func<string, T?> read, string what)
        where T : class
    {
        T? found = null;
        Until(() => (found = output.Select(read).FirstOrDefault(made => made is not null)) is not null, what);
        return found!;
    }

    /// <summary>Waits for a record.</summary>
    public RunRecord Record(Func<RunRecord, bool> match, string what)
    {
        RunRecord? found = null;
        Until(() => (found = records.Find(record => match(record))) is not null, what);
        return found!;
    }

    /// <summary>Waits until the run has made this many steps.</summary>
    public void Step(long step) => Record(record => record.Step is { } made && made.Step >= (ulong)step, $"step {step}");

    /// <summary>Waits for an event whose message holds a text.</summary>
    public RunRecord Event(string code, string containing = "") => Record(
        record => record.Event is { } happened && happened.Code == code && happened.Message.Contains(containing, StringComparison.Ordinal),
        $"an event {code} with '{containing}'");

    public RunStart Begin() => Record(record => record.Start is not null, "the start").Start;

    public Summary Summary() => Record(record => record.Summary is not null, "the summary").Summary;

    /// <summary>Fails with all that is known of this process.</summary>
    public void Fail(string what) => Assert.Fail($"{what}\n{this}");

    public override string ToString()
    {
        lock (gate)
        {
            IEnumerable<string> told = records.Where(record => record.Step is null).Select(RunRecordJson.Write);
            ulong step = records.FindLast(record => record.Step is not null)?.Step.Step ?? 0;
            return $"{commandLine} (pid {Id}, {(openStreams == 0 ? "ended" : "running")}, last step {step})\nstdout:\n{string.Join('\n', output.Concat(told))}\nstderr:\n{string.Join('\n', errors)}";
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
    }

    /// <summary>Looks again whenever a line came or a stream ended.</summary>
    private void Until(Func<bool> condition, string what, TimeSpan? within = null)
    {
        TimeSpan deadline = within ?? Patience;
        long began = Stopwatch.GetTimestamp();
        bool holds;
        lock (gate)
        {
            while (!(holds = condition()) && openStreams > 0)
            {
                TimeSpan left = deadline - Stopwatch.GetElapsedTime(began);
                if (left <= TimeSpan.Zero || !Monitor.Wait(gate, left))
                {
                    holds = condition();
                    break;
                }
            }
        }

        if (!holds)
        {
            Fail($"Waited {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s in vain for: {what}");
        }
    }

    private void Heard(string? line, List<string> into)
    {
        lock (gate)
        {
            if (line is null)
            {
                openStreams--;
            }
            else if (into == output && readsRecords)
            {
                records.Add(RunRecordJson.Read(line));
            }
            else
            {
                into.Add(line);
            }

            Monitor.PulseAll(gate);
        }
    }

    private List<T> Snapshot<T>(List<T> list)
    {
        lock (gate)
        {
            return [.. list];
        }
    }
}
