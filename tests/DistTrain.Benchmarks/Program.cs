using DistTrain.Benchmarks.Exchange;

switch (args.FirstOrDefault())
{
    case "exchange":
        return ExchangeBenchmark.Run(args[1..]);
    default:
        Console.Error.WriteLine("usage: DistTrain.Benchmarks exchange [--rounds N] [--exchanges N] [--piece FLOATS]");
        return 2;
}
