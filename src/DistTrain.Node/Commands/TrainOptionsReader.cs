using System.CommandLine;
using DistTrain.Training;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Node.Commands;

/// <summary>Puts the options of <c>train</c> together: defaults, then --preset, then the file of --config, then the environment, then the command line.</summary>
internal sealed class TrainOptionsReader
{
    private readonly SettingOptions<TrainOptions> spec;
    private readonly SettingOptions<TrainOptions> place;
    private readonly Option<string> config = new("--config") { HelpName = "FILE", Description = "JSON file with keys as in spec.json, such as disttrain.json or that of another run" };

    private readonly Option<string> preset = new("--preset") { HelpName = "NAME", Description = "a recipe to start from: speedrun, the least work for 99 % of MNIST, evaluated at the end alone; what is set besides wins" };

    private readonly IReadOnlyList<Setting<TrainOptions>> specSettings;
    private readonly IReadOnlyList<Setting<TrainOptions>> placeSettings;
    private readonly JobSpec defaults;

    /// <summary>All of <c>train</c>.</summary>
    public TrainOptionsReader(Command command)
        : this(command, TrainSettings.Spec, TrainSettings.Place, new JobSpec())
    {
    }

    /// <summary>For a verb that has some of them; a file of --config may name them all.</summary>
    public TrainOptionsReader(
        Command command, IReadOnlyList<Setting<TrainOptions>> specSettings, IReadOnlyList<Setting<TrainOptions>> placeSettings, JobSpec defaults)
    {
        this.specSettings = specSettings;
        this.placeSettings = placeSettings;
        this.defaults = defaults;
        spec = new SettingOptions<TrainOptions>(command, specSettings);
        place = new SettingOptions<TrainOptions>(command, placeSettings);
        command.Add(config);
        command.Add(preset);
    }

    /// <exception cref="UserErrorException">A value or a combination is not allowed.</exception>
    public TrainOptions Read(ParseResult parse, IReadOnlyDictionary<string, string> environment)
    {
        SettingLayers.RefuseMisspelledVariables(environment);
        TrainOptions options = place.Apply(new TrainOptions { Spec = defaults }.ApplyEnvironment(placeSettings, environment), parse);
        options = options.Resume is null ? WithSpec(options, parse, environment) : WithResume(options, parse);
        RequireOnePlace(options, place, parse);
        return options;
    }

    /// <exception cref="UserErrorException">A cluster was named, and what belongs to this machine.</exception>
    internal static void RequireOnePlace(TrainOptions options, SettingOptions<TrainOptions> place, ParseResult parse)
    {
        if (options.Cluster is not null && place.Given(parse).Any(setting => setting.Option == "--placement"))
        {
            throw new UserErrorException("--placement and --cluster exclude each other: a cluster has its own nodes");
        }

        if (options.Cluster is not null && place.Given(parse).Any(setting => setting.Option == "--data-dir"))
        {
            throw new UserErrorException("--data-dir and --cluster exclude each other: give --data-dir to the nodes of the cluster");
        }
    }

    private TrainOptions WithSpec(TrainOptions options, ParseResult parse, IReadOnlyDictionary<string, string> environment)
    {
        options = options with { Spec = options.Spec with { Name = "" } };
        TrainOptions WithFile(TrainOptions start) => parse.GetValue(config) is { } file ? start.ApplyFile(TrainSettings.Spec, file) : start;
        TrainOptions WithRest(TrainOptions start) => spec.Apply(start.ApplyEnvironment(specSettings, environment), parse);
        TrainOptions ofFile = WithFile(options);
        TrainOptions set = WithRest(ofFile);
        if (parse.GetValue(preset) is { } recipe)
        {
            TrainOptions begun = WithRest(WithFile(options with { Spec = Presets.Apply(recipe, options.Spec) }));
            var both = new BegunRecipe(begun.Spec, set.Spec);
            set = begun with { Spec = both.Job, Recipe = both };
        }

        return WithName(WithStart(set, ofFile.Spec.From));
    }

    /// <summary>A run that nobody named has the name of its model.</summary>
    private static TrainOptions WithName(TrainOptions options)
    {
        string family = ModelName.FamilyOf(options.Spec.Model);
        string name = options.Spec.Name.Length > 0 ? options.Spec.Name
            : ModelCatalog.Families.Any(known => known.Name == family) ? family
            : new JobSpec().Name;
        return options with { Spec = options.Spec with { Name = name } };
    }

    /// <summary>The digest in a file is that of the weights that the file names, and a path is meant from here.</summary>
    private static TrainOptions WithStart(TrainOptions options, string fromOfFile)
    {
        string from = options.Spec.From;
        string whole = from.Length == 0 || options.Cluster is not null ? from : Path.GetFullPath(from);
        return options with { Spec = options.Spec with { From = whole, FromSha256 = from == fromOfFile ? options.Spec.FromSha256 : "" } };
    }

    /// <summary>A resumed run is the same job: what the result depends on comes from its spec and from nowhere else.</summary>
    private TrainOptions WithResume(TrainOptions options, ParseResult parse)
    {
        string run = options.Resume!;
        string? other = spec.Given(parse).Select(setting => setting.Option!).FirstOrDefault(option => option != "--workers")
            ?? (parse.GetValue(config) is not null ? "--config" : parse.GetValue(preset) is not null ? "--preset" : null);
        if (other is not null)
        {
            throw new UserErrorException($"{other} cannot be given with --resume: it comes from {Path.Combine(run, "spec.json")}; only --workers may differ");
        }

        if (options.RunDirectory is not null && place.Given(parse).Any(setting => setting.Option == "--run-dir"))
        {
            throw new UserErrorException($"--run-dir cannot be given with --resume: the run goes on in {run}");
        }

        TrainOptions withWorkers = spec.Apply(options, parse);
        return options with { RunDirectory = null, ResumeWorkers = spec.Text(parse, "--workers") is null ? 0 : withWorkers.Spec.Workers };
    }
}
