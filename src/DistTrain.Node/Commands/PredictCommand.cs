using System.CommandLine;
using System.Text.Json;
using DistTrain.Node.Display;

namespace DistTrain.Node.Commands;

/// <summary>What a checkpoint says of pictures.</summary>
internal static class PredictCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Verb("predict", "Say which class pictures belong to.")
        {
            Notes =
            [
                "Pictures are PNG or JPEG files of any size; - is standard input. They are made grey and fitted into the network's input, in",
                "their proportions. Networks trained on digits or Fashion-MNIST expect bright on dark: --invert for the other way round.",
                "--centre scales what is to be seen into 20 x 20 and puts its centre of mass into the middle of 28 x 28, as MNIST was made.",
                "A picture that cannot be read is one line on stderr; the others are classified all the same.",
                "Exit code: 0 all pictures were classified, 2 some were not, or bad input.",
            ],
            Examples =
            [
                "disttrain predict runs/20260101-120000-lenet5 seven.png",
                "disttrain predict model.safetensors photo.jpg --invert --centre --top 5",
                "disttrain predict runs/20260101-120000-lenet5 digits/*.png --json",
                "disttrain predict runs/20260101-120000-lenet5 - < seven.png",
            ],
        };
        var target = new Argument<string>("RUN|FILE") { Description = "run directory or checkpoint file" };
        var images = new Argument<string[]>("IMAGE") { Description = "PNG or JPEG files; - for standard input", Arity = ArgumentArity.OneOrMore };
        var invert = new Option<bool>("--invert") { Description = "the pictures are dark on white" };
        var centre = new Option<bool>("--centre") { Description = "scale and centre what is to be seen, as MNIST was made" };
        var top = new Option<string>("--top") { HelpName = "K", Description = "show the K most probable classes [3]" };
        var threads = new Option<string>("--threads") { HelpName = "N", Description = "threads of the engine [1]" };
        Option<bool> json = CommonOptions.Json("one JSON object a picture on stdout");
        command.Add(target);
        command.Add(images);
        command.Add(invert);
        command.Add(centre);
        command.Add(top);
        command.Add(threads);
        command.Add(json);
        command.SetAction(async (parse, _) =>
        {
            var options = new PredictOptions(
                parse.GetRequiredValue(target),
                parse.GetRequiredValue(images),
                parse.GetValue(invert),
                parse.GetValue(centre),
                SettingValue.Integer("--threads", parse.GetValue(threads) ?? "1", 1, 1024));
            int shown = SettingValue.Integer("--top", parse.GetValue(top) ?? "3", 1, 1 << 20);
            return await PredictAsync(context, options, shown, context.Common.Display(parse, json, context.Services.Environment)).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> PredictAsync(CommandContext context, PredictOptions options, int top, DisplayOptions display)
    {
        int code = ExitCode.Success;
        await foreach (Prediction prediction in context.Services.Predict(options, context.Stop.Requested).ConfigureAwait(false))
        {
            if (prediction.Error is { } error)
            {
                CommandLine.WriteError(context.Terminal, CommandLine.OneLine(error));
                code = ExitCode.BadInput;
                continue;
            }

            if (prediction.Hint is { } hint)
            {
                await context.Terminal.Error.WriteLineAsync(CommandLine.OneLine(hint)).ConfigureAwait(false);
            }

            if (display.Json)
            {
                await context.Terminal.Out.WriteLineAsync(Json(prediction, top)).ConfigureAwait(false);
            }
            else
            {
                PredictionBars.Write(context.Terminal, display.NoColor, prediction, top);
            }
        }

        return code;
    }

    private static string Json(Prediction prediction, int top)
    {
        (int Class, double Probability)[] best = prediction.Best(top);
        return JsonSerializer.Serialize(
            new
            {
                prediction.Image,
                best[0].Class,
                Name = prediction.NameOf(best[0].Class),
                best[0].Probability,
                Top = best.Select(each => new { each.Class, Name = prediction.NameOf(each.Class), each.Probability }),
                prediction.Probabilities,
                prediction.Logits,
            },
            JsonSerializerOptions.Web);
    }
}
