using System.CommandLine;
using DistTrain.Benchmarks.Measuring;
using DistTrain.Node.Plane.Sockets;

namespace DistTrain.Benchmarks.Exchange;

internal static class ExchangeCommand
{
    public static Command Create()
    {
        var defaults = new PlaneSocketOptions();
        var rounds = new Option<int>("--rounds") { Description = "How often the two take turns", DefaultValueFactory = _ => 10 };
        var exchanges = new Option<int>("--exchanges") { Description = "Exchanges in one turn", DefaultValueFactory = _ => 1_000 };
        var piece = new Option<int>("--piece") { Description = "Floats in one frame", DefaultValueFactory = _ => defaults.PieceLength };
        var sendBuffer = new Option<int>("--send-buffer") { Description = "Bytes of the socket's send buffer", DefaultValueFactory = _ => defaults.SendBuffer };
        var sockets = new Option<bool>(ExchangeServer.SocketsAlone) { Description = "Without shared memory, as between machines" };
        var serve = new Option<bool>(ExchangeServer.Argument) { Hidden = true };
        var command = new Command("exchange", "One LeNet-5 gradient up and its weights down, against a bare socket echo of the same bytes.")
        {
            rounds, exchanges, piece, sendBuffer, sockets, serve,
        };
        command.SetAction(parse =>
        {
            PlaneSocketOptions options = defaults with { PieceLength = parse.GetValue(piece), SendBuffer = parse.GetValue(sendBuffer), SharedMemory = !parse.GetValue(sockets) };
            if (parse.GetValue(serve))
            {
                return ExchangeServer.Serve(ExchangeBenchmark.Length, options);
            }

            Console.WriteLine(Machine.Describe(TwoCores.Confine()));
            Comparison row = ExchangeBenchmark.Measure(parse.GetValue(rounds), parse.GetValue(exchanges), options, Console.Out);
            Report.Print(Console.Out, [row], [], json: false);
            return 0;
        });
        return command;
    }
}
