using System.CommandLine;
using DistTrain.Node.Display;
using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;

namespace DistTrain.Node.Commands;

/// <summary>What a running cluster is and does.</summary>
internal static class StatusCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Verb("status", "Show what a running cluster is doing.")
        {
            Examples =
            [
                "disttrain status --cluster http://127.0.0.1:4200",
                "disttrain status --json",
            ],
        };
        var cluster = new ClusterOption(command);
        Option<bool> json = CommonOptions.Json("one JSON object on stdout");
        command.Add(json);
        command.SetAction(async (parse, _) =>
        {
            await using ITrainingSession session = context.Services.Connect(cluster.Read(parse, context.Services.Environment));
            StatusReply status = await session.Service.StatusAsync(context.Stop.Requested).ConfigureAwait(false);
            DisplayOptions display = context.Common.Display(parse, json, context.Services.Environment);
            if (display.Json)
            {
                await context.Terminal.Out.WriteLineAsync(MessageJson.Write(status)).ConfigureAwait(false);
            }
            else
            {
                StatusTable.Write(context.Terminal, display.NoColor, status);
            }

            return ExitCode.Success;
        });
        return command;
    }
}
