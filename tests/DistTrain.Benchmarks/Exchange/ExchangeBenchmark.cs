using System.Diagnostics;
using DistTrain.Node.Plane.Sockets;

namespace DistTrain.Benchmarks.Exchange;

/// <summary>
/// What the plane's framing, checksums and threads cost: a LeNet-5 gradient up and its weights down over a real link,
/// against a bare socket echo of the same bytes, in turns, both to the same child process.
/// </summary>
internal static class ExchangeBenchmark
{
    private const int Length = 61_706;

    public static int Run(string[] args)
    {
        int rounds = Option(args, "--rounds", 10);
        int exchanges = Option(args, "--exchanges", 1_000);
        PlaneSocketOptions options = new();
        options = options with
        {
            PieceLength = Option(args, "--piece", options.PieceLength),
            SendBuffer = Option(args, "--send-buffer", options.SendBuffer),
        };
        if (args.Contains(ExchangeServer.Argument))
        {
            return ExchangeServer.Serve(Length, options);
        }

        using Process server = ExchangeServer.Start(args, out int planePort, out int echoPort);
        List<double> echoTimes = [];
        List<double> planeTimes = [];
        using (SocketEcho echo = new(echoPort, Length * sizeof(float)))
        using (PlaneExchange plane = new(planePort, Length, options))
        {
            Measure(echo, exchanges);
            plane.Run(2 * exchanges);
            for (int round = 0; round < rounds; round++)
            {
                List<double> echoRound = Measure(echo, exchanges);
                plane.Run(exchanges);
                Console.WriteLine($"round {round + 1,2}: echo {Median(echoRound),6:0.0} us, plane {Median(plane.Times),6:0.0} us");
                echoTimes.AddRange(echoRound);
                planeTimes.AddRange(plane.Times);
            }
        }

        server.StandardInput.Close();
        server.WaitForExit();
        Print("socket echo", echoTimes);
        Print("plane", planeTimes);
        Console.WriteLine($"ratio of medians: {Median(planeTimes) / Median(echoTimes):0.00}");
        return 0;
    }

    private static List<double> Measure(SocketEcho echo, int exchanges)
    {
        List<double> times = new(exchanges);
        for (int i = 0; i < exchanges; i++)
        {
            long started = Stopwatch.GetTimestamp();
            echo.Exchange();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
        }

        return times;
    }

    private static void Print(string name, List<double> times) => Console.WriteLine(
        $"{name,-12} of {Length * sizeof(float)} bytes each way: median {Median(times):0.0} us, min {times.Min():0.0}, max {times.Max():0.0}, n = {times.Count}");

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static int Option(string[] args, string name, int fallback)
    {
        int at = Array.IndexOf(args, name);
        return at < 0 ? fallback : int.Parse(args[at + 1]);
    }
}
