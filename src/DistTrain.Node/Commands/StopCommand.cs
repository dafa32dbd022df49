using System.CommandLine;
using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;

namespace DistTrain.Node.Commands;

/// <summary>Asks the current run of a cluster to stop with a checkpoint.</summary>
internal static class StopCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Verb("stop", "Ask the current run of a cluster to stop.")
        {
            Notes =
            [
                "It stops after its step, with a checkpoint to resume from. The command returns at once; watch shows the end.",
            ],
            Examples =
            [
                "disttrain stop --cluster http://127.0.0.1:4200",
                "disttrain stop --reason \"need the machine\"",
            ],
        };
        var cluster = new ClusterOption(command);
        var reason = new Option<string>("--reason") { HelpName = "TEXT", Description = "noted in the run's records [stop command]" };
        Option<bool> json = CommonOptions.Json("one JSON object on stdout");
        command.Add(reason);
        command.Add(json);
        command.SetAction(async (parse, _) =>
        {
            Uri url = cluster.Read(parse, context.Services.Environment);
            await using ITrainingSession session = context.Services.Connect(url);
            StopReply reply = await session.Service.StopAsync(parse.GetValue(reason) ?? "stop command", context.Stop.Requested).ConfigureAwait(false);
            string text = parse.GetValue(json) ? MessageJson.Write(reply)
                : reply.Stopping ? "stopping: the run ends after its step, with a checkpoint"
                : "nothing to stop: no run is going on";
            await context.Terminal.Out.WriteLineAsync(text).ConfigureAwait(false);
            return ExitCode.Success;
        });
        return command;
    }
}
