using System.Diagnostics;
using DistTrain.Benchmarks.Measuring;
using DistTrain.Node.Plane.Sockets;

namespace DistTrain.Benchmarks.Exchange;

/// <summary>
/// What the plane's framing, checksums and threads cost: a LeNet-5 gradient up and its weights down over a real link,
/// against a bare socket echo of the same bytes, in turns, both to the same child process.
/// </summary>
internal static class ExchangeBenchmark
{
    public const int Length = 61_706;

    /// <param name="exchanges">In one turn.</param>
    public static Comparison Measure(int rounds, int exchanges, PlaneSocketOptions options, TextWriter progress)
    {
        using Process server = ExchangeServer.Start(options, out int planePort, out int echoPort);
        List<double> echoTimes = [];
        List<double> planeTimes = [];
        string way;
        using (SocketEcho echo = new(echoPort, Length * sizeof(float)))
        using (PlaneExchange plane = new(planePort, Length, options))
        {
            way = plane.SharesMemory ? "in shared memory" : "through a socket";
            Time(echo, exchanges);
            plane.Run(2 * exchanges);
            for (int round = 0; round < rounds; round++)
            {
                List<double> echoRound = Time(echo, exchanges);
                plane.Run(exchanges);
                progress.WriteLine(
                    $"round {round + 1}: socket echo {Figures.Of(echoRound).Median:0.0} us, plane {Figures.Of(plane.Times).Median:0.0} us");
                echoTimes.AddRange(echoRound);
                planeTimes.AddRange(plane.Times);
            }
        }

        server.StandardInput.Close();
        server.WaitForExit();
        return new Comparison(
            "exchange of one LeNet-5 gradient and weight set",
            "us",
            new Side($"parameter plane, {Length * sizeof(float):#,0} bytes each way {way}", Figures.Of(planeTimes)),
            new Side("bare socket echo of the same bytes", Figures.Of(echoTimes)),
            1.5,
            AtMost: true);
    }

    private static List<double> Time(SocketEcho echo, int exchanges)
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
}
