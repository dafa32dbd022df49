using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DistTrain.Node.Display;

namespace DistTrain.Node.Commands;

/// <summary>How well a checkpoint does on a test set, in figures and pictures.</summary>
internal static class EvaluateCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Verb("evaluate", "Compute accuracy and loss of a checkpoint on the test set, class by class.")
        {
            Notes =
            [
                "Of a run directory, its last good checkpoint is taken.",
                "Precision: of the images taken for a class, the share that is of it. Recall: of the images of a class, the share taken for it.",
                "F1: their harmonic mean. The last row is the mean over the classes.",
                "Of an autoencoder: the mean squared error of pixels from 0 to 1, and no accuracy; --output draws what it gives back.",
            ],
            Examples =
            [
                "disttrain evaluate runs/20260101-120000-lenet5",
                "disttrain evaluate runs/20260101-120000-lenet5/checkpoints/step-00002350.safetensors --json",
                "disttrain evaluate runs/20260101-120000-lenet5 --output pictures     confusion.png and mistakes.png",
                "disttrain evaluate runs/20260101-120000-autoencoder --output pictures     reconstructions.png",
            ],
        };
        var target = new Argument<string>("RUN|FILE") { Description = "run directory or checkpoint file" };
        var dataset = new Option<string>("--dataset") { HelpName = "NAME", Description = "test set of another data set than the run's" };
        var data = new Option<string>("--data-dir") { HelpName = "DIR", Description = "folder that holds the data set, instead of the usual places (DISTTRAIN_DATA names one to look in first)" };
        var threads = new Option<string>("--threads") { HelpName = "N", Description = "threads of the engine [1]" };
        var mistakes = new Option<string>("--mistakes") { HelpName = "N", Description = "so many of the images with the largest loss, in --json and on the picture [40]" };
        var output = new Option<string>("--output") { HelpName = "DIR", Description = "folder for pictures: confusion.png, and mistakes.png with the worst mistakes; of an autoencoder, reconstructions.png" };
        Option<bool> json = CommonOptions.Json("one JSON object on stdout");
        command.Add(target);
        command.Add(dataset);
        command.Add(data);
        command.Add(threads);
        command.Add(mistakes);
        command.Add(output);
        command.Add(json);
        command.SetAction(async (parse, _) =>
        {
            var options = new EvaluateOptions(
                parse.GetRequiredValue(target),
                parse.GetValue(dataset),
                parse.GetValue(data),
                SettingValue.Integer("--threads", parse.GetValue(threads) ?? "1", 1, 1024),
                SettingValue.Integer("--mistakes", parse.GetValue(mistakes) ?? "40", 0, 1000),
                parse.GetValue(output) is { } folder ? SettingValue.NotEmpty("--output", folder, "a folder") : null);
            Evaluation result = await context.Services.Evaluate(options, context.Stop.Requested).ConfigureAwait(false);
            if (parse.GetValue(json))
            {
                await context.Terminal.Out.WriteLineAsync(JsonSerializer.Serialize(result, JsonSerializerOptions.Web)).ConfigureAwait(false);
                return ExitCode.Success;
            }

            await context.Terminal.Out.WriteLineAsync(Describe(result)).ConfigureAwait(false);
            DisplayOptions display = context.Common.Display(parse, json, context.Services.Environment);
            EvaluationTables.Write(context.Terminal, display.NoColor, result);
            if (result.Files.Count > 0)
            {
                await context.Terminal.Out.WriteLineAsync($"\nwritten: {string.Join(", ", result.Files)}").ConfigureAwait(false);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static string Describe(Evaluation e)
    {
        string result = e.MeanSquaredError is { } error
            ? string.Create(CultureInfo.InvariantCulture, $"mean squared error {error:0.000000} of the pixels of {e.Samples:N0} test images of {e.Dataset}, loss {e.Loss:0.0000}")
            : string.Create(CultureInfo.InvariantCulture, $"{e.Accuracy:P2} of {e.Samples:N0} test images of {e.Dataset} right, loss {e.Loss:0.0000}");
        return string.Create(CultureInfo.InvariantCulture, $"{result}; {e.Model} ({e.Variant}) at step {e.Step}, weights {e.WeightsSha256}, {e.Checkpoint}");
    }
}
