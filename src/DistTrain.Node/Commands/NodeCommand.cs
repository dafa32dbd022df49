using System.CommandLine;
using System.Diagnostics;

namespace DistTrain.Node.Commands;

/// <summary>Runs one node of a cluster until it is told to stop.</summary>
internal static class NodeCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Verb("node", "Run one node of a cluster.")
        {
            Notes =
            [
                "Runs in the foreground; SIGTERM or Ctrl-C makes the node leave the cluster.",
                "Every option but --data-dir can also come from the environment, such as DISTTRAIN_PLANE_PORT for --plane-port.",
            ],
            Examples =
            [
                "disttrain node --role coordinator --port 4053",
                "disttrain node --role ps --seeds 127.0.0.1:4053",
                "disttrain node --role worker --seeds 127.0.0.1:4053 --workers-per-node 2",
                "disttrain node --role coordinator,ps --host c1.example --bind 0.0.0.0 --port 4053 --plane-port 4054",
            ],
        };
        var options = new SettingOptions<NodeOptions>(command, NodeSettings.All);
        command.SetAction((parse, cancellation) =>
        {
            IReadOnlyDictionary<string, string> environment = context.Services.Environment;
            SettingLayers.RefuseMisspelledVariables(environment);
            NodeOptions node = options.Apply(new NodeOptions().ApplyEnvironment(NodeSettings.All, environment), parse).Validated();
            if (node.ParentProcess != 0)
            {
                context.Stop.LeaveTerminalToParent();
                _ = StopWithAsync(node.ParentProcess, context.Stop);
            }

            return context.Services.RunNode(NodeAddress.Resolve(node) with { Verbose = parse.GetValue(context.Common.Verbose) }, cancellation);
        });
        return command;
    }

    private static async Task StopWithAsync(int parent, StopSignal stop)
    {
        try
        {
            using Process process = Process.GetProcessById(parent);
            await process.WaitForExitAsync(stop.Requested).ConfigureAwait(false);
        }
        catch (ArgumentException)
        {
            // It had gone before it was looked for.
        }
        catch (OperationCanceledException)
        {
            return;
        }

        stop.Raise(ExitCode.Success, "the process that it belongs to has ended");
    }
}
