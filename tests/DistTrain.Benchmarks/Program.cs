using System.CommandLine;
using DistTrain.Benchmarks.Contestants;
using DistTrain.Benchmarks.EndToEnd;
using DistTrain.Benchmarks.Exchange;
using DistTrain.Benchmarks.Memory;
using DistTrain.Benchmarks.Micro;
using DistTrain.Benchmarks.Profile;
using DistTrain.Benchmarks.Step;
using DistTrain.Training;

var root = new RootCommand("What DistTrain costs and gains, measured as ratios within one run.")
{
    EndToEndCommand.Create(),
    ExchangeCommand.Create(),
    MicroCommand.Create(),
    KernelsCommand.Create(),
    ProfileCommand.Create(),
    BarrierCommand.Create(),
    MemoryCommand.Create(),
    ContestantCommand.Create(),
};
try
{
    ParseResult parse = root.Parse(args.Length == 0 ? ["--help"] : args);
    return await parse.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (UserErrorException error)
{
    await Console.Error.WriteLineAsync($"DistTrain.Benchmarks: {error.Message}");
    return 2;
}
