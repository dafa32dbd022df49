using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using DistTrain.Training;

namespace DistTrain.Benchmarks.EndToEnd;

/// <summary>
/// PyTorch's DistributedDataParallel over gloo, two processes of one thread: <c>pytorch_ddp.py</c> of the peers'
/// folder. Of its two epochs the second counts.
/// </summary>
internal sealed partial class PyTorchContestant(string script, string python, string data, int batchOfWorker) : IContestant, IWarmContestant
{
    public string Name => $"PyTorch DDP, 2 processes, {batchOfWorker} each";

    /// <summary>Starting, warming up and its second epoch take half a minute a turn.</summary>
    public int MostTurns => 5;

    public IReadOnlyList<int> Processes => [];

    /// <summary>Why it cannot run here; null when it can.</summary>
    public static string? Obstacle(string? peers, string python)
    {
        if (peers is null || !File.Exists(Script(peers)))
        {
            return $"there is no {Script(peers ?? "../shared/peers")}; name its folder with --peers";
        }

        try
        {
            return Run(python, ["-c", "import torch"], peers).Code == 0
                ? null
                : $"{python} has no torch (Debian: apt-get install --no-install-recommends python3-torch python3-numpy)";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return $"there is no {python}";
        }
    }

    public static string Script(string peers) => Path.Combine(peers, "pytorch_ddp.py");

    /// <summary>The program starts, and warms up, within its round.</summary>
    public IWarmContestant WarmUp() => this;

    public double Round()
    {
        (int code, string output) = Run(
            python, [script, data, "--workers", "2", "--batch", $"{batchOfWorker}", "--epochs", "2", "--port", $"{FreePort()}"], Path.GetDirectoryName(script)!);
        Match second = SecondEpoch().Match(output);
        return code == 0 && second.Success
            ? double.Parse(second.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new UserErrorException($"{script} ended with code {code} and no figure of its second epoch; its messages are above");
    }

    public void Dispose()
    {
    }

    private static (int Code, string Output) Run(string program, IReadOnlyList<string> arguments, string folder)
    {
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true, WorkingDirectory = folder };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"epoch=2 .*samples/s=([0-9.]+)")]
    private static partial Regex SecondEpoch();
}
