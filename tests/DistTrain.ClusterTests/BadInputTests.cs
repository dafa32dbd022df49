using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DistTrain.ClusterTests.Fixture;
using DistTrain.Protocol.Client;

namespace DistTrain.ClusterTests;

/// <summary>What a user can get wrong ends in one line on stderr; where it can be told before the run begins, with exit code 2 and nothing left behind.</summary>
public sealed class BadInputTests : IDisposable
{
    private static readonly string[] Small =
        ["--dataset", "synthetic:600", "--epochs", "1", "--batch-size", "60", "--steps", "6", "--checkpoint-every", "2", "--json"];

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Unknown_option_is_refused() => MustRefuse("--worker", "--worker", "2");

    [Fact]
    public void Unknown_data_set_is_refused() => MustRefuse("'minst'", "--dataset", "minst");

    [Fact]
    public void Missing_data_folder_is_refused() => MustRefuse("/no/such/folder", "--dataset", "mnist", "--data-dir", "/no/such/folder");

    [Fact]
    public void Cluster_that_nobody_answers_for_is_refused() => MustRefuse("127.0.0.1:9", "--cluster", "http://127.0.0.1:9");

    [Theory]
    [InlineData("--port")]
    [InlineData("--client-port")]
    [InlineData("--plane-port")]
    public void Port_that_is_taken_is_refused(string option)
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        string port = ((IPEndPoint)taken.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
        string[] ports = ["--client-port", "0", "--port", "0", "--plane-port", "0"];
        ports[Array.IndexOf(ports, option) + 1] = port;

        using DistTrainProcess node = DistTrainProcess.Launch(["node", "--role", "coordinator,ps", .. ports]);

        MustBeRefused(node, $"127.0.0.1:{port}: Address already in use; choose another {option}");
    }

    [Fact]
    public void Truncated_data_file_is_refused_by_name()
    {
        string data = folder.In("data");
        Directory.CreateDirectory(data);
        byte[] images = [0, 0, 8, 3, 0, 0, 0, 10, 0, 0, 0, 28, 0, 0, 0, 28, .. new byte[(10 * 28 * 28) - 1]];
        byte[] labels = [0, 0, 8, 1, 0, 0, 0, 10, .. new byte[10]];
        foreach (string part in (string[])["train", "t10k"])
        {
            File.WriteAllBytes(Path.Combine(data, $"{part}-images-idx3-ubyte"), images);
            File.WriteAllBytes(Path.Combine(data, $"{part}-labels-idx1-ubyte"), labels);
        }

        MustRefuse("-images-idx3-ubyte", "--dataset", "mnist", "--data-dir", data);
    }

    [Fact]
    public void Run_directory_that_is_not_empty_is_refused_and_left_alone()
    {
        string directory = folder.In("taken");
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "mine"), "precious");

        using DistTrainProcess train = DistTrainProcess.Launch(["train", .. Small, "--run-dir", directory]);

        MustBeRefused(train, directory);
        Assert.Equal(["mine"], Directory.EnumerateFileSystemEntries(directory).Select(Path.GetFileName));
    }

    [Fact]
    public void Complete_run_is_not_resumed_and_a_damaged_checkpoint_gives_way_to_the_one_before()
    {
        string run = folder.In("run");
        using DistTrainProcess first = DistTrainProcess.Launch(["train", .. Small, "--run-dir", run]);
        Assert.Equal(0, first.Exit());
        Summary whole = first.Summary();

        using (DistTrainProcess again = DistTrainProcess.Launch("train", "--resume", run, "--json"))
        {
            MustBeRefused(again, "complete (step 6 of 6)");
        }

        using (FileStream checkpoint = File.Open(whole.Checkpoint, FileMode.Open))
        {
            checkpoint.Seek(-10, SeekOrigin.End);
            checkpoint.WriteByte(0xA5);
        }

        using DistTrainProcess resumed = DistTrainProcess.Launch("train", "--resume", run, "--json");
        Assert.Equal(0, resumed.Exit());
        Assert.Contains("step-00000006.safetensors", resumed.Event("checkpoint-damaged").Event.Message);
        Assert.Equal(4UL, resumed.Begin().FirstStep);
        Assert.Equal(whole.WeightsSha256, resumed.Summary().WeightsSha256);
        RunChecks.MustAuditClean(run);
    }

    [Theory]
    [InlineData("inproc")]
    [InlineData("processes")]
    public void Run_that_diverges_says_so_in_one_line(string placement)
    {
        using DistTrainProcess train = DistTrainProcess.Launch(
            ["train", .. Small, "--run-dir", folder.In("run"), "--optimizer", "sgd", "--lr", "1000", "--placement", placement]);

        Assert.Equal(1, train.Exit());
        Assert.Contains("training has diverged; lower --lr", Assert.Single(train.Errors), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private void MustRefuse(string because, params string[] arguments)
    {
        string run = folder.In("run");
        using DistTrainProcess train = DistTrainProcess.Launch(["train", "--json", "--run-dir", run, .. arguments]);
        MustBeRefused(train, because);
        Assert.False(Directory.Exists(run), $"{run} was left behind");
    }

    private static void MustBeRefused(DistTrainProcess train, string because)
    {
        int code = train.Exit();
        if (code != 2 || train.Errors.Count != 1 || train.Output.Count != 0 || !train.Errors[0].Contains(because, StringComparison.Ordinal))
        {
            train.Fail($"Exit code {code}; wanted 2, and one line on stderr with '{because}'");
        }
    }
}
