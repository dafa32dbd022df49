using System.CommandLine;

namespace DistTrain.Node.Commands;

/// <summary>For container health checks: is the node there and well?</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    public static Command Create(CommandContext context)
    {
        var command = new Verb("health", "Ask a node whether it is well, for health checks.")
        {
            Notes =
            [
                "A node says its client address when it is ready; only a coordinator's has a port by default.",
                "Exit code: 0 well, 1 not well or no answer within 3 seconds.",
            ],
            Examples =
            [
                "disttrain health",
                "disttrain health --cluster http://coordinator:4200",
            ],
        };
        var cluster = new ClusterOption(command, "the node, of whatever role");
        command.SetAction(async (parse, _) =>
        {
            Uri url = cluster.Read(parse, context.Services.Environment);
            string? problem = await context.Services.CheckHealth(url, Deadline, context.Stop.Requested).ConfigureAwait(false);
            await (problem is null ? context.Terminal.Out : context.Terminal.Error).WriteLineAsync(problem ?? $"{url.Authority} is well").ConfigureAwait(false);
            return problem is null ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }
}
