using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;

namespace DistTrain.Node.Commands;

internal static class VersionCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Verb("version", "Show the versions of DistTrain and of what it runs on.")
        {
            Examples =
            [
                "disttrain version",
            ],
        };
        command.SetAction(_ =>
        {
            string version = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
            context.Terminal.Out.WriteLine($"disttrain {version}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
            return ExitCode.Success;
        });
        return command;
    }
}
