using System.CommandLine;
using System.Text.Json;
using DistTrain.Node.Commands;
using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Download;
using DistTrain.Training.Data.Published;

namespace DistTrain.Tests.Data;

public sealed class DataCommandTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly FakeMirror network = new(new Dictionary<string, byte[]>());

    public DataCommandTests()
    {
        foreach (Uri mirror in PublishedDatasets.All.SelectMany(dataset => dataset.Mirrors))
        {
            network.Instead[mirror.Host] = FakeMirror.Offline();
        }
    }

    public void Dispose()
    {
        folder.Dispose();
        network.Dispose();
    }

    [Fact]
    public async Task List_shows_where_a_set_is_or_how_to_get_it()
    {
        TestData.WriteSet(folder.At("cache", "mnist"));
        (int code, string output, _) = await RunAsync("data", "list");
        Assert.Equal(0, code);
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.Contains(folder.At("cache", "mnist"), lines[1], StringComparison.Ordinal);
        Assert.Contains("disttrain data fetch fashion-mnist", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("cifar10", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("synthetic", lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_as_json_is_an_object_a_line()
    {
        TestData.WriteSet(folder.At("cache", "mnist"));
        (_, string output, _) = await RunAsync("data", "list", "--json");
        JsonElement[] sets = [.. output.TrimEnd().Split('\n').Select(line => JsonElement.Parse(line))];
        Assert.Equal(["mnist", "fashion-mnist", "cifar10", "synthetic"], sets.Select(set => set.GetProperty("name").GetString()));
        Assert.Equal(folder.At("cache", "mnist"), sets[0].GetProperty("folder").GetString());
        Assert.Equal(60_000, sets[0].GetProperty("trainCount").GetInt32());
        Assert.Equal(JsonValueKind.Null, sets[1].GetProperty("folder").ValueKind);
    }

    [Fact]
    public async Task Verify_names_each_fault_in_a_line_and_fails()
    {
        TestData.WriteSet(folder.At("cache", "mnist"));
        folder.Write("cache/mnist/t10k-labels-idx1-ubyte.gz", [1, 2, 3]);
        File.Delete(folder.At("cache", "mnist", "train-labels-idx1-ubyte.gz"));
        (int code, string output, _) = await RunAsync("data", "verify", "mnist");
        Assert.Equal(1, code);
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Contains("12 images of 28 x 28 where 60000 of 28 x 28 were published", lines[0], StringComparison.Ordinal);
        Assert.Contains("train-labels-idx1-ubyte.gz is missing", lines[1], StringComparison.Ordinal);
        Assert.Contains("byte 3: the file ends inside its header", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_of_everything_passes_over_what_is_not_here()
    {
        (int code, string output, _) = await RunAsync("data", "verify");
        Assert.Equal((0, "mnist: not here\nfashion-mnist: not here\ncifar10: not here\n"), (code, output));
    }

    [Fact]
    public async Task Verify_of_a_named_set_that_is_not_here_fails()
    {
        (int code, string output, _) = await RunAsync("data", "verify", "mnist");
        Assert.Equal(1, code);
        Assert.Contains("disttrain data fetch mnist", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_of_synthetic_compares_with_every_other_machine()
    {
        (int code, string output, _) = await RunAsync("data", "verify", "synthetic");
        Assert.Equal((0, "synthetic: as published (drawn by this program)\n"), (code, output));
    }

    [Fact]
    public async Task Verify_finds_one_changed_byte_in_the_real_mnist()
    {
        string? real = TestData.RealMnist();
        Assert.SkipWhen(real is null, "the real MNIST is not here (DISTTRAIN_DATA, ../shared/data/mnist)");
        (int code, string output, _) = await RunAsync("data", "verify", "--data-dir", real);
        Assert.Equal((0, $"mnist: as published ({real})\nfashion-mnist: not here\ncifar10: not here\n"), (code, output));

        DatasetFiles files = DatasetFiles.In(real, PublishedDatasets.Mnist);
        foreach ((PublishedFile file, string? path) in PublishedDatasets.Mnist.Files.Zip(files.Paths))
        {
            folder.Write($"mine/{file.CompressedName}", File.ReadAllBytes(path!));
        }

        byte[] labels = Training.Data.Idx.IdxReader.ReadLabels(files.Paths[3]!, 10);
        labels[1234] = (byte)((labels[1234] + 1) % 10);
        using MemoryStream changed = new();
        Training.Data.Idx.IdxWriter.WriteLabels(changed, labels);
        string changedPath = folder.Write($"mine/{PublishedDatasets.Mnist.TestLabels.CompressedName}", changed.ToArray());
        (code, output, _) = await RunAsync("data", "verify", "mnist", "--data-dir", folder.At("mine"));
        Assert.Equal(1, code);
        Assert.StartsWith($"{changedPath}: SHA-256 of the contents is ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_offline_is_a_user_error_with_a_line_a_mirror_on_stderr()
    {
        UserErrorException error = await Assert.ThrowsAsync<UserErrorException>(() => RunAsync("data", "fetch", "mnist"));
        Assert.Contains("could not be fetched (ossci-datasets", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_writes_synthetic_digits_that_read_back_the_same()
    {
        (int code, string output, _) = await RunAsync("data", "fetch", "synthetic:60", "--data-dir", folder.At("out"));
        Assert.Equal((0, $"synthetic:60: is now in {folder.At("out", "synthetic-60")}\n"), (code, output));
        LoadedFiles read = DatasetFiles.In(folder.At("out", "synthetic-60"), PublishedDatasets.Mnist).Load();
        ImageDataset drawn = Training.Data.Synthetic.SyntheticDigits.Draw("synthetic:60", 60);
        Assert.Equal(drawn.Fingerprint, DatasetFingerprint.Of(read.Train, read.Test));
    }

    [Theory]
    [InlineData("data", "fetch", "synthetic")]
    [InlineData("data", "fetch", "auto")]
    [InlineData("data", "fetch", "minst")]
    [InlineData("data", "verify", "auto")]
    [InlineData("data", "verify", "minst")]
    public async Task Name_that_the_verb_cannot_use_is_a_user_error(params string[] arguments) =>
        await Assert.ThrowsAsync<UserErrorException>(() => RunAsync(arguments));

    [Fact]
    public async Task Fetch_tells_its_files_and_mirrors_in_plain_lines()
    {
        string? real = TestData.RealMnist();
        Assert.SkipWhen(real is null, "the real MNIST is not here (DISTTRAIN_DATA, ../shared/data/mnist)");
        DatasetFiles files = DatasetFiles.In(real, PublishedDatasets.Mnist);
        using FakeMirror web = new(PublishedDatasets.Mnist.Files.Zip(files.Paths)
            .ToDictionary(pair => pair.First.CompressedName, pair => File.ReadAllBytes(pair.Second!)));
        web.Instead["ossci-datasets.s3.amazonaws.com"] = FakeMirror.Offline(HttpRequestError.ConnectionError);
        (int code, string output, string error) = await RunAsync(web, "data", "fetch", "mnist", "--data-dir", folder.At("out"));
        Assert.Equal((0, $"mnist: is now in {folder.At("out", "mnist")}\n"), (code, output));
        string[] lines = error.TrimEnd().Split('\n');
        Assert.Equal("mnist: ossci-datasets.s3.amazonaws.com: host unreachable", lines[0]);
        string size = DataCommand.Megabytes(new FileInfo(files.Paths[0]!).Length);
        Assert.Equal($"mnist: train-images-idx3-ubyte.gz from storage.googleapis.com, {size}", lines[1]);
        Assert.Equal("mnist: train-images-idx3-ubyte.gz: complete, SHA-256 as published", lines[2]);
        (_, output, error) = await RunAsync(web, "data", "fetch", "mnist", "--data-dir", folder.At("out"));
        Assert.Equal(($"mnist: is already in {folder.At("out", "mnist")}\n", ""), (output, error));
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => RunAsync(network, arguments);

    private async Task<(int Code, string Output, string Error)> RunAsync(HttpMessageHandler handler, params string[] arguments)
    {
        DatasetDownload download = new(() => handler, TimeProvider.System, new DownloadLimits());
        RootCommand root = new("test") { DataCommand.Create(directory => new DatasetPlaces(directory, null, folder.At("cache"), []), download) };
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        InvocationConfiguration configuration = new() { Output = output, Error = error, EnableDefaultExceptionHandler = false };
        int code = await root.Parse(arguments).InvokeAsync(configuration);
        return (code, output.ToString(), error.ToString());
    }
}
