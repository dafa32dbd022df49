using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace DistTrain.Node.Commands;

/// <summary>Accuracy and loss of a checkpoint on a test set.</summary>
internal static class EvaluateCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Verb("evaluate", "Compute accuracy and loss of a checkpoint on the test set.")
        {
            Notes =
            [
                "Of a run directory, its last good checkpoint is taken.",
            ],
            Examples =
            [
                "disttrain evaluate runs/20260101-120000-lenet5",
                "disttrain evaluate runs/20260101-120000-lenet5/checkpoints/step-00002350.safetensors --json",
            ],
        };
        var target = new Argument<string>("RUN|FILE") { Description = "run directory or checkpoint file" };
        var dataset = new Option<string>("--dataset") { HelpName = "NAME", Description = "test set of another data set than the run's" };
        var data = new Option<string>("--data-dir") { HelpName = "DIR", Description = "folder that holds the data set, instead of the usual places (DISTTRAIN_DATA names one to look in first)" };
        var threads = new Option<string>("--threads") { HelpName = "N", Description = "threads of the engine [1]" };
        Option<bool> json = CommonOptions.Json("one JSON object on stdout");
        command.Add(target);
        command.Add(dataset);
        command.Add(data);
        command.Add(threads);
        command.Add(json);
        command.SetAction(async (parse, _) =>
        {
            var options = new EvaluateOptions(
                parse.GetRequiredValue(target),
                parse.GetValue(dataset),
                parse.GetValue(data),
                SettingValue.Integer("--threads", parse.GetValue(threads) ?? "1", 1, 1024));
            Evaluation result = await context.Services.Evaluate(options, context.Stop.Requested).ConfigureAwait(false);
            string text = parse.GetValue(json) ? JsonSerializer.Serialize(result, JsonSerializerOptions.Web) : Describe(result);
            await context.Terminal.Out.WriteLineAsync(text).ConfigureAwait(false);
            return ExitCode.Success;
        });
        return command;
    }

    private static string Describe(Evaluation e) => string.Create(
        CultureInfo.InvariantCulture,
        $"{e.Accuracy:P2} of {e.Samples:N0} test images of {e.Dataset} right, loss {e.Loss:0.0000}; {e.Model} ({e.Variant}) at step {e.Step}, weights {e.WeightsSha256}, {e.Checkpoint}");
}
