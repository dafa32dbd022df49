using System.CommandLine;
using DistTrain.Node.Comparing;
using DistTrain.Node.Display;
using DistTrain.Training;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Commands;

/// <summary>Trains one job in many variations, each from several seeds, and ranks them.</summary>
internal static class CompareCommand
{
    /// <summary>Of <c>train</c>, what a study of many runs decides itself, or cannot use.</summary>
    private static readonly string[] NotOfAStudy = ["--name", "--resume", "--run-dir", "--trace", "--emulate-step"];

    /// <summary>The result does not depend on the number of workers, and one worker each for many trials wastes nothing on waiting.</summary>
    private static readonly JobSpec Defaults = new() { Workers = 1 };

    public static Command Create(CommandContext context)
    {
        var command = new Verb("compare", "Train a job in many variations, each from several seeds, and rank them.")
        {
            Notes =
            [
                "NAME in --vary is that of any option below that describes the job, such as lr, variant, batch-size, dropout, schedule, dataset, model.",
                "VALUES is a list a,b,c, or N numbers from LOW to HIGH: log:LOW..HIGH:N with equal ratios, lin:LOW..HIGH:N with equal distances.",
                "Cells are ranked by mean test accuracy. A combination that cannot be, or a run that fails, is a row that says why.",
                "The folder holds comparison.html, .csv and .json, pictures, a journal and all runs. The same command with the same --out does",
                "what is missing, such as after Ctrl-C or a crash, and gives the same report as if nothing had happened.",
                "Exit code: 0 if any cell has a result, 1 if none has, 2 bad input, 130 stopped by Ctrl-C. docs/comparing.md has more.",
            ],
            Examples =
            [
                "disttrain compare --vary variant=modern,classic --vary lr=log:1e-4..1e-1:4 --seeds 3 --dataset mnist --epochs 3",
                "disttrain compare --vary lr=log:1e-4..1:9 --vary batch-size=32,64,128,256 --vary dropout=lin:0..0.5:6 --sample 20",
                "disttrain compare --seeds 10                                         one job: how much does the seed matter?",
                "disttrain compare --vary lr=0.001,0.01 --out lr-study                again with the same --out: goes on",
                "disttrain compare --vary lr=0.001,0.01 --json | jq -c 'select(.kind == \"summary\") | .cells[0]'",
            ],
        };
        Option<string[]> vary = new("--vary") { HelpName = "NAME=VALUES", Description = "an option of the job and the values to try; several make a grid" };
        Option<string> sample = new("--sample") { HelpName = "N", Description = "N cells of the grid by lot, drawn from --seed, instead of all" };
        command.Add(vary);
        command.Add(sample);
        var study = new StudyOptionsReader(command, "compare", usualSeeds: 1);
        var train = new TrainOptionsReader(
            command,
            [.. TrainSettings.Spec.Where(InStudy).Select(setting => setting.Option == "--workers" ? setting with { Default = "1" } : setting)],
            [.. TrainSettings.Place.Where(InStudy)],
            Defaults);
        Option<bool> json = CommonOptions.Json("one JSON object a line on stdout (kind: trial, summary), all else on stderr");
        command.Add(json);
        command.SetAction((parse, _) =>
        {
            TrainOptions job = train.Read(parse, context.Services.Environment) with { Display = context.Common.Display(parse, json, context.Services.Environment) };
            StudyOptions options = study.Read(parse, job);
            return RunAsync(context, options, Cells(context, options, Varied(parse, vary), parse.GetValue(sample)));
        });
        return command;
    }

    private static bool InStudy(Setting<TrainOptions> setting) => !NotOfAStudy.Contains(setting.Option);

    private static VariedSetting[] Varied(ParseResult parse, Option<string[]> vary)
    {
        string[] texts = parse.GetValue(vary) ?? [];
        if (parse.GetResult(vary) is { Implicit: false } given && given.IdentifierTokenCount > texts.Length)
        {
            throw new UserErrorException("--vary stands without NAME=VALUES: give such as --vary lr=0.001,0.01");
        }

        VariedSetting[] varied = [.. texts.Select(VariedSetting.Read)];
        if (varied.GroupBy(setting => setting.Factor.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new UserErrorException($"--vary names {twice.Key} twice: list all its values in one");
        }

        return varied;
    }

    private static Study Cells(CommandContext context, StudyOptions options, VariedSetting[] varied, string? sample)
    {
        int? wanted = sample is null ? null : SettingValue.Integer("--sample", sample, 1, StudyGrid.MostCells);
        var grid = new StudyGrid(options.Train, varied, job => context.Services.WriteSpec(job));
        IReadOnlyList<StudyCell> cells = wanted is { } count ? grid.Sample(count, options.Train.Spec.Seed) : grid.All();
        return new Study([.. varied.Select(setting => setting.Factor)], cells, options.Train.Spec.Seed, options.Seeds);
    }

    private static async Task<int> RunAsync(CommandContext context, StudyOptions options, Study study)
    {
        StudyOutcome outcome = await StudyExecution.RunAsync(context, options, study, "compare", "Comparison").ConfigureAwait(false);
        if (options.Train.Display.Json)
        {
            context.Terminal.Out.WriteLine(ComparisonJson.Line(outcome.Comparison, outcome.Folder));
        }
        else
        {
            Show(context.Terminal, outcome);
        }

        return StudyExecution.ExitCodeOf(context, outcome);
    }

    private static void Show(Terminal terminal, StudyOutcome outcome)
    {
        terminal.Out.WriteLine();
        foreach (string line in ComparisonText.Table(outcome.Comparison))
        {
            terminal.Out.WriteLine(line);
        }

        terminal.Out.WriteLine($"report {outcome.Report}");
    }
}
