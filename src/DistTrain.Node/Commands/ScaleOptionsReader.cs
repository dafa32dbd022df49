using System.CommandLine;
using System.Numerics;
using DistTrain.Training;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Commands;

/// <summary>Puts the options of <c>scale</c> together: a job as for <c>train</c>, with defaults that suit a study.</summary>
internal sealed class ScaleOptionsReader
{
    /// <summary>Of the number of workers there are several, and each run's directory lies in the study's.</summary>
    private static readonly string[] NotOfAStudy = ["--workers", "--max-workers", "--name", "--resume", "--run-dir", "--trace"];

    /// <summary>Emulated pixels matter to nobody, and these are drawn in a moment.</summary>
    private const string EmulatedDataset = "synthetic:4096";

    private const long UsualSteps = 200;
    private const long FewestSteps = 20;

    /// <summary>That one worker's emulated run should take at most, unless the fewest steps take longer.</summary>
    private const double EmulatedRun = 10_000;

    private readonly SettingOptions<TrainOptions> spec;
    private readonly SettingOptions<TrainOptions> place;
    private readonly Option<string> workers = new("--workers") { HelpName = "N,N,..", Description = "numbers of workers to measure [1,2,4]" };
    private readonly Option<string> repeat = new("--repeat") { HelpName = "R", Description = "turns, each with a run at every number of workers [3]" };
    private readonly Option<string> warmUp = new("--warm-up") { HelpName = "SECONDS", Description = "runs with the most workers before the first turn, for at least that long; 0 for one run [3]" };
    private readonly Option<string> folder = new("--out") { HelpName = "DIR", Description = "folder to write, absent or empty [runs/TIME-scale]" };
    private readonly Option<string> config = new("--config") { HelpName = "FILE", Description = "JSON file with keys as in spec.json, such as that of a run" };

    public ScaleOptionsReader(Command command)
    {
        command.Add(workers);
        command.Add(repeat);
        command.Add(warmUp);
        spec = new SettingOptions<TrainOptions>(command, TrainSettings.Spec.Where(InStudy));
        place = new SettingOptions<TrainOptions>(command, TrainSettings.Place.Where(InStudy));
        command.Add(folder);
        command.Add(config);
    }

    /// <exception cref="UserErrorException">A value or a combination is not allowed.</exception>
    public ScaleOptions Read(ParseResult parse, IReadOnlyDictionary<string, string> environment)
    {
        SettingLayers.RefuseMisspelledVariables(environment);
        int[] counts = Counts(parse.GetValue(workers) ?? "1,2,4");
        int shards = (int)BitOperations.RoundUpToPowerOf2((uint)counts[^1]);
        var defaults = new JobSpec { Shards = shards, BatchSize = Math.Max(new JobSpec().BatchSize, shards), Epochs = 0, Name = "scale" };
        TrainOptions options = new TrainOptions { Spec = defaults }.ApplyEnvironment([.. TrainSettings.Place.Where(InStudy)], environment);
        if (parse.GetValue(config) is { } file)
        {
            options = options.ApplyFile(TrainSettings.Spec, file);
        }

        options = options.ApplyEnvironment([.. TrainSettings.Spec.Where(InStudy)], environment);
        options = spec.Apply(place.Apply(options, parse), parse);
        TrainOptionsReader.RequireOnePlace(options, place, parse);
        JobSpec job = WithLength(options.Spec) with { Workers = counts[^1], MaxWorkers = 0, Name = "scale" };
        return new ScaleOptions
        {
            Train = options with { Spec = job },
            Workers = counts,
            Repeat = SettingValue.Integer("--repeat", parse.GetValue(repeat) ?? "3", 1, 1000),
            WarmUp = TimeSpan.FromSeconds(SettingValue.Number("--warm-up", parse.GetValue(warmUp) ?? "3", 0, 3600, inclusive: true)),
            Out = parse.GetValue(folder) is { } path ? SettingValue.NotEmpty("--out", path, "a folder") : null,
        };
    }

    private static bool InStudy(Setting<TrainOptions> setting) => !NotOfAStudy.Contains(setting.Option);

    /// <summary>A study needs steps enough to average over, no whole epochs.</summary>
    private static JobSpec WithLength(JobSpec job)
    {
        if (job.IsEmulated && job.Dataset == new JobSpec().Dataset)
        {
            job = job with { Dataset = EmulatedDataset };
        }

        if (job.Epochs > 0)
        {
            return job;
        }

        long usual = job.IsEmulated ? (long)Math.Clamp(EmulatedRun / (job.Shards * job.EmulateStepMilliseconds), FewestSteps, UsualSteps) : UsualSteps;
        return job with { Epochs = new JobSpec().Epochs, Steps = job.Steps ?? usual };
    }

    private static int[] Counts(string text)
    {
        int[] counts = [.. text.Split(',').Select(part => SettingValue.Integer("--workers", part.Trim(), 1, JobSpecValidation.MostShards)).Distinct().Order()];
        return counts.Length <= 32 ? counts : throw SettingValue.Refuse("--workers", text, "at most 32 numbers of workers");
    }
}
