using System.CommandLine;
using System.CommandLine.Help;

namespace DistTrain.Node.Commands;

/// <summary>All verbs of <c>disttrain</c>.</summary>
internal static class CommandTree
{
    public static RootCommand Create(CommandContext context)
    {
        var root = new RootCommand("DistTrain trains networks by actors on one machine or many, with the same result however many workers there are.")
        {
            TrainCommand.Create(context),
            CompareCommand.Create(context),
            ReproduceCommand.Create(context),
            ScaleCommand.Create(context),
            NodeCommand.Create(context),
            StatusCommand.Create(context),
            WatchCommand.Create(context),
            StopCommand.Create(context),
            EvaluateCommand.Create(context),
            PredictCommand.Create(context),
            ExportCommand.Create(context),
            ImportCommand.Create(context),
            AuditCommand.Create(context),
            DataCommand.Create(),
            HealthCommand.Create(context),
            VersionCommand.Create(context),
            context.Common.Verbose,
            context.Common.NoColor,
        };
        foreach (HelpOption option in root.Options.OfType<HelpOption>())
        {
            if (option.Action is HelpAction help)
            {
                option.Action = new HelpWithExamples(help);
            }
        }

        return root;
    }
}
