using System.CommandLine;
using System.Text.Json;
using DistTrain.Node.Export;
using DistTrain.Training;
using DistTrain.Training.Data;

namespace DistTrain.Node.Commands;

/// <summary>Makes a checkpoint of weights that come from elsewhere.</summary>
internal static class ImportCommand
{
    /// <summary>Those of a job's keys that say what the weights are of.</summary>
    private static readonly string[] Keys = ["dataset", "model", "variant", "activation", "leakySlope", "pooling", "loss"];

    public static Command Create(CommandContext context)
    {
        var command = new Verb("import", "Make a checkpoint of weights from a safetensors file.")
        {
            Notes =
            [
                "The file's tensors must have the names, shapes and type (float32) of the network's PyTorch state dict, such as conv1.weight;",
                "every one that has not is a line on stderr. What 'export' wrote says itself what it is; of other files --model, --variant,",
                "--activation, --pooling, --loss and --dataset say it. The checkpoint can be evaluated, exported, used by 'predict', and be what 'train --from' begins with.",
            ],
            Examples =
            [
                "disttrain import lenet5.safetensors --model lenet5 --dataset mnist --output lenet5-checkpoint.safetensors",
                "disttrain import mlp.safetensors --model mlp:784-300-10 --variant classic --dataset mnist --mean 0.5 --deviation 0.5 --output c.safetensors",
                "disttrain import exported.safetensors --output c.safetensors",
            ],
        };
        var file = new Argument<string>("FILE") { Description = "safetensors file" };
        var output = new Option<string>("--output") { HelpName = "FILE", Description = "checkpoint to write; one that is there is replaced", Required = true };
        var mean = new Option<string>("--mean") { HelpName = "X[,Y,Z]", Description = "mean of pixels scaled to 0..1 that inputs were normalised by, one number or one a channel (default: as the file or the data set says)" };
        var deviation = new Option<string>("--deviation") { HelpName = "X[,Y,Z]", Description = "standard deviation that normalised them, likewise" };
        Option<bool> json = CommonOptions.Json("one JSON object on stdout");
        command.Add(file);
        command.Add(output);
        var settings = new SettingOptions<TrainOptions>(command, TrainSettings.Spec.Where(setting => Keys.Contains(setting.Key)));
        command.Add(mean);
        command.Add(deviation);
        command.Add(json);
        command.SetAction((parse, _) =>
        {
            var options = new ImportOptions(
                parse.GetRequiredValue(file),
                SettingValue.NotEmpty("--output", parse.GetRequiredValue(output), "a file"),
                settings.Given(parse).Any(setting => setting.Key == "model"),
                job => settings.Apply(new TrainOptions { Spec = job }, parse).Spec,
                Normalisation(parse.GetValue(mean), parse.GetValue(deviation)));
            return Import(context, options, parse.GetValue(json));
        });
        return command;
    }

    private static async Task<int> Import(CommandContext context, ImportOptions options, bool json)
    {
        try
        {
            ModelFile written = await context.Services.Import(options, context.Stop.Requested).ConfigureAwait(false);
            await context.Terminal.Out.WriteLineAsync(json ? JsonSerializer.Serialize(written, JsonSerializerOptions.Web) : written.Describe()).ConfigureAwait(false);
            return ExitCode.Success;
        }
        catch (ImportDefectsException bad)
        {
            foreach (string defect in bad.Defects)
            {
                CommandLine.WriteError(context.Terminal, CommandLine.OneLine(defect));
            }

            return ExitCode.BadInput;
        }
    }

    /// <exception cref="UserErrorException">One without the other, or not a number.</exception>
    private static PixelNormalisation? Normalisation(string? mean, string? deviation) => (mean, deviation) switch
    {
        (null, null) => null,
        ({ } x, { } y) => new PixelNormalisation(DatasetRequest.ReadMean("--mean", x), DatasetRequest.ReadDeviation("--deviation", y)),
        _ => throw new UserErrorException("--mean and --deviation belong together: give both or neither"),
    };
}
