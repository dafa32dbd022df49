using System.CommandLine;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace DistTrain.Benchmarks.Micro;

internal static class MicroCommand
{
    public static Command Create()
    {
        var filter = new Option<string>("--filter") { Description = "Which ones, such as *Adam*", DefaultValueFactory = _ => "*" };
        var command = new Command("micro", "The parts of a step one by one, by BenchmarkDotNet: optimizer, tree, checksum, frames, engine.") { filter };
        command.SetAction(parse =>
        {
            // In this process: a generated project would need libtorch's files and settings over again.
            IConfig config = ManualConfig.CreateEmpty()
                .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
                .AddLogger(ConsoleLogger.Default)
                .AddDiagnoser(MemoryDiagnoser.Default)
                .AddColumnProvider(DefaultColumnProviders.Instance)
                .AddColumn(StatisticColumn.Median, StatisticColumn.Min, StatisticColumn.Max)
                .WithOptions(ConfigOptions.DisableLogFile);
            BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(["--filter", parse.GetValue(filter)!], config);
            return 0;
        });
        return command;
    }
}
