using System.CommandLine;
using System.Text.Json;

namespace DistTrain.Node.Commands;

/// <summary>Writes a trained network for other programs.</summary>
internal static class ExportCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Verb("export", "Write a trained network for other programs, as safetensors or ONNX.")
        {
            Notes =
            [
                "Of a run directory, its last good checkpoint is taken.",
                "safetensors: the weights by their names in a PyTorch state dict, without the optimizer's state.",
                "onnx: pixels from 0 to 1 in (the graph normalises them), logits and probabilities out, any number of images at once; opset 17.",
            ],
            Examples =
            [
                "disttrain export runs/20260101-120000-lenet5 --format onnx --output lenet5.onnx",
                "disttrain export runs/20260101-120000-lenet5 --format safetensors --output lenet5.safetensors",
            ],
        };
        var target = new Argument<string>("RUN|FILE") { Description = "run directory or checkpoint file" };
        var format = new Option<string>("--format") { HelpName = "safetensors|onnx", Description = "of the file", Required = true };
        var output = new Option<string>("--output") { HelpName = "FILE", Description = "file to write; one that is there is replaced", Required = true };
        Option<bool> json = CommonOptions.Json("one JSON object on stdout");
        command.Add(target);
        command.Add(format);
        command.Add(output);
        command.Add(json);
        command.SetAction(async (parse, _) =>
        {
            string wanted = SettingValue.Choice("--format", parse.GetRequiredValue(format), "safetensors", "onnx");
            var options = new ExportOptions(
                parse.GetRequiredValue(target),
                wanted == "onnx" ? ExportFormat.Onnx : ExportFormat.Safetensors,
                SettingValue.NotEmpty("--output", parse.GetRequiredValue(output), "a file"));
            ModelFile file = await context.Services.Export(options, context.Stop.Requested).ConfigureAwait(false);
            await context.Terminal.Out.WriteLineAsync(parse.GetValue(json) ? JsonSerializer.Serialize(file, JsonSerializerOptions.Web) : file.Describe()).ConfigureAwait(false);
            return ExitCode.Success;
        });
        return command;
    }
}
