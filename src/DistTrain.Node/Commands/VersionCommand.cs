using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;

namespace DistTrain.Node.Commands;

internal static class VersionCommand
{
    public static string ProgramVersion { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

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
            context.Terminal.Out.WriteLine($"disttrain {ProgramVersion}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
            return ExitCode.Success;
        });
        return command;
    }
}
