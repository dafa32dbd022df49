using System.CommandLine;
using System.Globalization;
using DistTrain.Training;

namespace DistTrain.Node.Commands;

/// <summary>The options that every study of many trials has.</summary>
internal sealed class StudyOptionsReader
{
    private const int MostSeeds = 1000;
    private const int MostParallel = 256;

    private readonly int usualSeeds;
    private readonly Option<string> seeds;
    private readonly Option<string> parallel = new("--parallel") { HelpName = "N", Description = "trials at a time, each with workers of its own [processors / threads of one trial]" };
    private readonly Option<string> folder;
    private readonly Option<bool> fresh = new("--fresh") { Description = "delete the study that is in --out, and begin anew" };
    private readonly Option<bool> retryFailed = new("--retry-failed") { Description = "make trials again that failed" };

    /// <param name="kind">Last part of the folder's name when none is given.</param>
    public StudyOptionsReader(Command command, string kind, int usualSeeds)
    {
        this.usualSeeds = usualSeeds;
        seeds = new Option<string>("--seeds") { HelpName = "K", Description = $"train each cell from K seeds: that of --seed and those after it [{usualSeeds}]" };
        folder = new Option<string>("--out") { HelpName = "DIR", Description = $"folder to write, absent or empty, or one of the same study to go on with [runs/TIME-{kind}]" };
        command.Add(seeds);
        command.Add(parallel);
        command.Add(folder);
        command.Add(fresh);
        command.Add(retryFailed);
    }

    /// <exception cref="UserErrorException">A value or a combination is not allowed.</exception>
    public StudyOptions Read(ParseResult parse, TrainOptions train)
    {
        if (train.Spec.IsEmulated)
        {
            throw new UserErrorException("an emulated job has no accuracy to compare: leave --emulate-step out; disttrain scale compares times");
        }

        if (train.Cluster is not null && parse.GetValue(parallel) is not null)
        {
            throw new UserErrorException("--parallel and --cluster exclude each other: a cluster trains one job at a time");
        }

        return new StudyOptions
        {
            Train = train,
            Seeds = SettingValue.Integer("--seeds", parse.GetValue(seeds) ?? usualSeeds.ToString(CultureInfo.InvariantCulture), 1, MostSeeds),
            Parallel = parse.GetValue(parallel) is { } text ? SettingValue.Integer("--parallel", text, 1, MostParallel) : null,
            Out = parse.GetValue(folder) is { } path ? SettingValue.NotEmpty("--out", path, "a folder") : null,
            Fresh = parse.GetValue(fresh),
            RetryFailed = parse.GetValue(retryFailed),
        };
    }
}
