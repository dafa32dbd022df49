using System.CommandLine;
using DistTrain.Node.Comparing;
using DistTrain.Node.Hosting;
using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Commands;

/// <summary>Trains classic and modern LeNet-5 on MNIST and Fashion-MNIST, and sets the accuracies beside published ones.</summary>
internal static class ReproduceCommand
{
    private static readonly string[] OfTheJob = ["--epochs", "--seed", "--workers", "--engine"];
    private static readonly string[] OfThePlace = ["--data-dir", "--placement", "--cluster", "--worker-timeout"];

    /// <summary>What the recipes have in common.</summary>
    private static readonly JobSpec Common = new() { Epochs = Reproduction.Epochs, Shards = 2, Schedule = "one-cycle", Workers = 1 };

    public static Command Create(CommandContext context)
    {
        var command = new Verb("reproduce", "Train classic and modern LeNet-5 on MNIST and Fashion-MNIST, and compare with published accuracies.")
        {
            Notes =
            [
                "Classic is sigmoid and average-pool, modern is ReLU and max-pool. The recipe is part of the output.",
                "It is a study as disttrain compare makes them: the same command with the same --out does what is missing.",
                "Both data sets must be there: disttrain data fetch mnist, disttrain data fetch fashion-mnist.",
            ],
            Examples =
            [
                "disttrain reproduce",
                "disttrain reproduce --out lenet5-figures                 again with the same --out: goes on",
                "disttrain reproduce --json | jq -r '.[] | [.variant, .dataset, .meanAccuracy, .published] | @tsv'",
            ],
        };
        var study = new StudyOptionsReader(command, "reproduce", Reproduction.Seeds);
        Setting<TrainOptions>[] placeSettings = [.. TrainSettings.Place.Where(setting => OfThePlace.Contains(setting.Option))];
        var spec = new SettingOptions<TrainOptions>(command, TrainSettings.Spec.Where(setting => OfTheJob.Contains(setting.Option)).Select(WithDefault));
        var place = new SettingOptions<TrainOptions>(command, placeSettings);
        Option<bool> json = CommonOptions.Json("print one JSON array, an object for each row; all else goes to stderr");
        command.Add(json);
        command.SetAction((parse, _) =>
        {
            SettingLayers.RefuseMisspelledVariables(context.Services.Environment);
            TrainOptions train = spec.Apply(place.Apply(new TrainOptions { Spec = Common }.ApplyEnvironment(placeSettings, context.Services.Environment), parse), parse);
            TrainOptionsReader.RequireOnePlace(train, place, parse);
            context.Services.WriteSpec(train.Spec);
            train = train with { Display = context.Common.Display(parse, json, context.Services.Environment) };
            return RunAsync(context, study.Read(parse, train), Reproduction.Recipes);
        });
        return command;
    }

    /// <summary>With recipes of the caller's.</summary>
    internal static async Task<int> RunAsync(CommandContext context, StudyOptions options, IReadOnlyList<Recipe> recipes)
    {
        bool json = options.Train.Display.Json;
        if (options.Train.Cluster is null)
        {
            await RequireDataAsync(context, options.Train.DataDirectory, recipes).ConfigureAwait(false);
        }

        TextWriter output = context.Terminal.Out;
        foreach (string line in Reproduction.Recipe(recipes, options.Train.Spec, options.Seeds))
        {
            (json ? context.Terminal.Error : output).WriteLine(line);
        }

        // Trials as JSON lines would not be part of the one array.
        StudyOptions quiet = options with { Train = options.Train with { Display = options.Train.Display with { Json = false } } };
        CommandContext told = json ? context with { Terminal = context.Terminal with { Out = context.Terminal.Error } } : context;
        Study study = Reproduction.StudyOf(recipes, options.Train.Spec, options.Seeds);
        StudyOutcome outcome = await StudyExecution.RunAsync(told, quiet, study, "reproduce", "LeNet-5 reproduced").ConfigureAwait(false);
        if (json)
        {
            output.WriteLine(Reproduction.Json(recipes, outcome.Comparison));
        }
        else
        {
            output.WriteLine();
            foreach (string line in Reproduction.Table(recipes, outcome.Comparison))
            {
                output.WriteLine(line);
            }

            output.WriteLine($"report {outcome.Report}");
        }

        int code = StudyExecution.ExitCodeOf(context, outcome);
        return code == ExitCode.Success && outcome.Comparison.Ranking.Any(cell => cell.Problem is not null) ? ExitCode.Failure : code;
    }

    private static Setting<TrainOptions> WithDefault(Setting<TrainOptions> setting) => setting.Option switch
    {
        "--workers" => setting with { Default = "1" },
        _ => setting,
    };

    /// <summary>Found, or fetched as <c>train</c> would, before minutes are spent on the other one.</summary>
    private static async Task RequireDataAsync(CommandContext context, string? directory, IReadOnlyList<Recipe> recipes)
    {
        DatasetCatalog catalog = DatasetCatalog.OfThisMachine(directory);
        var progress = new DownloadLines(new ErrorLines(context.Terminal.Error));
        foreach (string dataset in recipes.Select(recipe => recipe.Dataset).Distinct())
        {
            try
            {
                await catalog.ResolveAsync(dataset, progress, context.Stop.Requested).ConfigureAwait(false);
            }
            catch (UserErrorException missing)
            {
                throw new UserErrorException(
                    $"reproduce needs {string.Join(" and ", recipes.Select(recipe => recipe.Dataset).Distinct())}, and {dataset} cannot be had: get it by 'disttrain data fetch {dataset}', or name the folder that has both by --data-dir or DISTTRAIN_DATA ({CommandLine.OneLine(missing.Message)})",
                    missing);
            }
        }
    }
}
