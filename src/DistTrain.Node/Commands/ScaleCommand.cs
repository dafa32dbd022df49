using System.CommandLine;
using DistTrain.Node.Display;
using DistTrain.Node.Scaling;

namespace DistTrain.Node.Commands;

/// <summary>Measures one job at several numbers of workers, and says how far more of them help.</summary>
internal static class ScaleCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Verb("scale", "Measure the same job with 1, 2, 4, ... workers, and say how many are worth having.")
        {
            Notes =
            [
                "Every run must end in the same weights, or the study fails (exit code 1): the job and its shards are the same,",
                "so only the time may differ. Three seconds of warm-up (--warm-up) come first, then the numbers of workers in turns: 1,2,4,1,2,4,...",
                "Without --shards there are as many as the largest number of workers, rounded up to a power of two; without",
                "--epochs, 200 steps, or with --emulate-step as many as one worker does in 10 s, 20 at least.",
                "The folder holds scaling.json, scaling.png, report.md and the runs. docs/scaling.md explains the two models.",
                "With --emulate-step no network is trained: more workers than cores can be studied, and all output says EMULATED.",
            ],
            Examples =
            [
                "disttrain scale                                                      1, 2 and 4 workers in this process",
                "disttrain scale --workers 1,2 --dataset mnist --placement processes",
                "disttrain scale --workers 1,2,4,8,16,32 --emulate-step 20ms          32 shards of 20 ms each a step",
                "disttrain scale --cluster http://127.0.0.1:4200 --workers 1,2,3 --shards 12",
                "disttrain scale --json | jq 'select(.kind == \"summary\") | .enough'",
            ],
        };
        var reader = new ScaleOptionsReader(command);
        Option<bool> json = CommonOptions.Json("one JSON object a line on stdout (kind: warm-up, run, summary), all else on stderr");
        command.Add(json);
        command.SetAction((parse, _) =>
        {
            ScaleOptions options = reader.Read(parse, context.Services.Environment);
            return RunAsync(context, options with { Train = options.Train with { Display = context.Common.Display(parse, json, context.Services.Environment) } });
        });
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, ScaleOptions options)
    {
        (CommandServices services, Terminal terminal, StopSignal stop, _) = context;
        services.WriteSpec(options.Train.Spec);
        string folder = ScalingFolder.Claim(options.Out, services.Clock);
        await using ITrainingSession session = options.Train.Cluster is { } url
            ? services.Connect(url)
            : await services.StartTraining(options.Train, stop.Requested).ConfigureAwait(false);
        var measurement = new ScalingMeasurement(context, options, session.Service, folder);
        int code = await measurement.RunAsync().ConfigureAwait(false);
        if (measurement.Study() is not { } study)
        {
            return code;
        }

        ScalingFolder.Write(folder, study, services.Clock);
        if (options.Train.Display.Json)
        {
            terminal.Out.WriteLine(ScalingJson.Line(study, folder));
        }
        else
        {
            Show(terminal, study, folder);
        }

        return code != ExitCode.Success ? code : Verdict(terminal, study);
    }

    private static void Show(Terminal terminal, ScalingStudy study, string folder)
    {
        terminal.Out.WriteLine();
        terminal.Out.WriteLine(ScalingText.Headline(study));
        foreach (string line in ScalingText.Table(study))
        {
            terminal.Out.WriteLine(line);
        }

        if (study.Cost is { } cost)
        {
            terminal.Out.WriteLine($"sum of costs: {ScalingText.Cost(cost)}");
        }

        if (study.Law is { } law)
        {
            terminal.Out.WriteLine($"universal scalability law: {ScalingText.Law(law)}");
        }

        foreach (string line in ScalingText.Verdict(study))
        {
            terminal.Out.WriteLine(line);
        }

        terminal.Out.WriteLine(study.SameWeights ? $"all runs ended in the same weights, sha256 {study.Digests[0].Sha256}" : "THE WEIGHTS DIFFER");
        terminal.Out.WriteLine($"report {Path.Combine(folder, ScalingFolder.Report)}");
    }

    /// <summary>Runs of one job whose weights differ were not the same work.</summary>
    private static int Verdict(Terminal terminal, ScalingStudy study)
    {
        if (study.SameWeights)
        {
            return ExitCode.Success;
        }

        string digests = string.Join("; ", study.Digests.Select(digest => $"{string.Join(", ", digest.Workers)} workers gave {digest.Sha256}"));
        terminal.Error.WriteLine($"disttrain: the runs did not end in the same weights, so their times cannot be compared: {digests}");
        return ExitCode.Failure;
    }
}
