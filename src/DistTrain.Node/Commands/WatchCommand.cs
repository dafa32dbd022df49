using System.CommandLine;
using System.Globalization;
using DistTrain.Node.Display;
using DistTrain.Protocol.Client;

namespace DistTrain.Node.Commands;

/// <summary>Follows a run on a cluster, as <c>train</c> shows it, without being able to harm it.</summary>
internal static class WatchCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Verb("watch", "Follow the current or last run of a cluster.")
        {
            Notes =
            [
                "Shows it from its first record to its summary, as train does. Ctrl-C ends the watching, not the run.",
            ],
            Examples =
            [
                "disttrain watch --cluster http://127.0.0.1:4200",
                "disttrain watch --json | head -n 1",
            ],
        };
        var cluster = new ClusterOption(command);
        var run = new Option<string>("--run") { HelpName = "ID", Description = "number of the run, as in its start record [the current or the last one]" };
        Option<bool> json = CommonOptions.Json("one JSON object a line on stdout, as train --json");
        command.Add(run);
        command.Add(json);
        command.SetAction(async (parse, _) =>
        {
            (CommandServices services, Terminal terminal, StopRequest stop, CommonOptions common) = context;
            ulong number = RunNumber(parse.GetValue(run));
            await using ITrainingSession session = services.Connect(cluster.Read(parse, services.Environment));
            Summary? summary;
            int code;
            await using (IRunDisplay display = RunDisplays.Open(terminal, common.Display(parse, json, services.Environment), services.Clock))
            {
                var follower = new RunFollower(session.Service, display, stop, services.Clock, endsRun: false);
                (code, summary) = await follower.FollowAsync(number).ConfigureAwait(false);
            }

            CommandLine.WriteFailure(terminal, summary);
            return code;
        });
        return command;
    }

    private static ulong RunNumber(string? text)
    {
        if (text is null)
        {
            return 0;
        }

        return ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong number)
            ? number
            : throw SettingValue.Refuse("--run", text, "the hexadecimal number in a run's start record");
    }
}
