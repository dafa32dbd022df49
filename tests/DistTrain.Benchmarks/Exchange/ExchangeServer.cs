using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DistTrain.Benchmarks.Measuring;
using DistTrain.Node.Plane.Sockets;

namespace DistTrain.Benchmarks.Exchange;

/// <summary>The child process that both sides of the comparison talk to. It ends when its standard input does.</summary>
internal static class ExchangeServer
{
    public const string Argument = "--serve";

    public const string SocketsAlone = "--sockets-alone";

    /// <summary>Prints the two ports, of the plane and of the echo, and serves until told to end.</summary>
    public static int Serve(int length, PlaneSocketOptions options)
    {
        using PlaneListener listener = new(options: options);
        listener.Register(new AnsweringPartition(length));
        using Socket echo = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        echo.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        echo.Listen();
        new Thread(() => SocketEcho.Serve(echo, length * sizeof(float))) { IsBackground = true }.Start();
        Console.WriteLine($"{listener.Endpoint.Port} {((IPEndPoint)echo.LocalEndPoint!).Port}");
        Console.In.ReadToEnd();
        return 0;
    }

    /// <summary>Starts this program again as the server.</summary>
    public static Process Start(PlaneSocketOptions options, out int planePort, out int echoPort)
    {
        Process server = ThisProgram.Start(["exchange", Argument, "--piece", $"{options.PieceLength}", "--send-buffer", $"{options.SendBuffer}", .. options.SharedMemory ? [] : (string[])[SocketsAlone]]);
        string[] ports = server.StandardOutput.ReadLine()!.Split(' ');
        planePort = int.Parse(ports[0]);
        echoPort = int.Parse(ports[1]);
        return server;
    }
}
