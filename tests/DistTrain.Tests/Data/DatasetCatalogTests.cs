using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Download;
using DistTrain.Training.Data.Published;
using Microsoft.Extensions.Time.Testing;

namespace DistTrain.Tests.Data;

/// <summary>
/// Which set comes from where. Small well-formed files stand for the real ones wherever a file of one's own is taken as
/// it is; the cache, which takes published files only, needs the real MNIST.
/// </summary>
public sealed class DatasetCatalogTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly FakeTimeProvider clock = new();
    private readonly FakeMirror network = new(new Dictionary<string, byte[]>());

    public DatasetCatalogTests()
    {
        foreach (Uri mirror in PublishedDatasets.All.SelectMany(dataset => dataset.Mirrors))
        {
            network.Instead[mirror.Host] = FakeMirror.Offline();
        }
    }

    private string Mine => folder.At("mine");

    private string Env => folder.At("env");

    private string Cache => folder.At("cache");

    private string Installed => folder.At("system");

    public void Dispose()
    {
        folder.Dispose();
        network.Dispose();
    }

    [Fact]
    public async Task Environment_comes_before_system()
    {
        TestData.WriteSet(Path.Combine(Installed, "mnist"));
        Assert.Equal($"mnist: found in {Installed}/mnist (not the published files)", (await ResolveAsync("mnist")).Reason);
        TestData.WriteSet(Path.Combine(Env, "mnist"));
        Assert.Equal($"mnist: found in {Env}/mnist (not the published files)", (await ResolveAsync("mnist")).Reason);
        Assert.Empty(network.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mnist")]
    public async Task Data_directory_holds_the_files_or_a_folder_of_the_sets_name(string below)
    {
        TestData.WriteSet(Path.Combine(Mine, below));
        TestData.WriteSet(Path.Combine(Env, "mnist"));
        ImageDataset found = (await ResolveAsync("mnist", Mine)).Dataset;
        Assert.StartsWith(Mine, found.Source, StringComparison.Ordinal);
        Assert.Equal(("mnist", 12, 10, new ChannelValues(0.1307f), new ChannelValues(0.3081f)), (found.Name, found.Train.Count, found.Test.Count, found.Mean, found.StandardDeviation));
        Assert.Equal(DatasetFingerprint.Of(found.Train, found.Test), found.Fingerprint);
    }

    [Fact]
    public async Task Files_under_their_uncompressed_and_dotted_names_are_found()
    {
        TestData.WriteSet(Mine);
        File.Move(Path.Combine(Mine, "train-images-idx3-ubyte.gz"), Path.Combine(Mine, "train-images.idx3-ubyte"));
        File.Move(Path.Combine(Mine, "t10k-labels-idx1-ubyte.gz"), Path.Combine(Mine, "t10k-labels-idx1-ubyte"));
        Assert.Equal(12, (await ResolveAsync("mnist", Mine)).Dataset.Train.Count);
    }

    [Fact]
    public async Task Data_directory_that_does_not_exist_is_an_error()
    {
        Assert.Contains("no such folder", await RefusalAsync("mnist", Mine), StringComparison.Ordinal);
        Assert.Contains("no such folder", await RefusalAsync("auto", Mine), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_directory_that_lacks_the_set_is_an_error_even_if_it_is_elsewhere()
    {
        TestData.WriteSet(Path.Combine(Env, "mnist"));
        Directory.CreateDirectory(Mine);
        string refusal = await RefusalAsync("mnist", Mine);
        Assert.Contains($"not in --data-dir {Mine}", refusal, StringComparison.Ordinal);
        Assert.Contains("has none of its files", refusal, StringComparison.Ordinal);
        Assert.Empty(network.Requests);
    }

    [Fact]
    public async Task Data_directory_with_some_of_the_files_names_the_missing_ones()
    {
        TestData.WriteSet(Mine);
        File.Delete(Path.Combine(Mine, "t10k-labels-idx1-ubyte.gz"));
        Assert.Contains("lacks t10k-labels-idx1-ubyte.gz", await RefusalAsync("mnist", Mine), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Malformed_file_of_the_users_own_is_an_error_and_not_passed_over()
    {
        TestData.WriteSet(Path.Combine(Env, "mnist"));
        TestData.WriteSet(Path.Combine(Installed, "mnist"));
        folder.Write("env/mnist/t10k-labels-idx1-ubyte.gz", [0, 0, 8, 1, 0, 0, 0, 2, 9]);
        string refusal = await RefusalAsync("mnist");
        Assert.StartsWith($"{Env}/mnist/t10k-labels-idx1-ubyte.gz: byte 9: the file ends 1 bytes short", refusal, StringComparison.Ordinal);
        Assert.Equal(refusal, await RefusalAsync("auto"));
    }

    [Fact]
    public async Task Named_set_that_is_nowhere_is_an_error_that_names_every_place_and_mirror()
    {
        TestData.WriteSet(Path.Combine(Installed, "fashion-mnist"));
        string refusal = await RefusalAsync("mnist");
        string[] parts =
        [
            $"{Env}/mnist does not exist", $"{Env} does not exist", $"{Cache}/mnist does not exist", $"{Installed}/mnist does not exist",
            "ossci-datasets.s3.amazonaws.com: host not found", "storage.googleapis.com: host not found", "--data-dir", "--dataset synthetic",
        ];
        Assert.All(parts, part => Assert.Contains(part, refusal, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', refusal);
    }

    [Fact]
    public async Task Cache_with_other_files_than_the_published_is_not_taken()
    {
        TestData.WriteSet(Path.Combine(Cache, "mnist"));
        string refusal = await RefusalAsync("mnist");
        Assert.Contains($"{Cache}/mnist/train-images-idx3-ubyte.gz is not the published file", refusal, StringComparison.Ordinal);
        Assert.NotEmpty(network.Requests);
    }

    [Fact]
    public async Task Fetch_without_a_place_for_a_cache_is_an_error()
    {
        UserErrorException error = await Assert.ThrowsAsync<UserErrorException>(
            () => Catalog(new DatasetPlaces(null, null, null, [])).LoadAsync("mnist", null, default));
        Assert.Contains("there is no cache", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("minst")]
    [InlineData("")]
    [InlineData("MNIST")]
    [InlineData("synthetic:x")]
    public async Task Unknown_name_is_an_error(string name) =>
        Assert.Contains($"dataset '{name}'", await RefusalAsync(name), StringComparison.Ordinal);

    [Fact]
    public async Task Synthetic_needs_no_place()
    {
        ResolvedDataset digits = await ResolveAsync("synthetic:30", Mine);
        Assert.Equal(("synthetic:30", 30, 10), (digits.Dataset.Name, digits.Dataset.Train.Count, digits.Dataset.Test.Count));
        Assert.Equal("synthetic:30: drawn by this program", digits.Reason);
    }

    [Fact]
    public async Task Auto_takes_mnist_where_it_is()
    {
        TestData.WriteSet(Path.Combine(Installed, "mnist"));
        TestData.WriteSet(Path.Combine(Installed, "fashion-mnist"));
        Assert.StartsWith($"mnist: found in {Installed}/mnist", (await ResolveAsync("auto")).Reason, StringComparison.Ordinal);
        Assert.Empty(network.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Auto_takes_fashion_mnist_that_the_user_pointed_at_before_other_places(bool explicitly)
    {
        TestData.WriteSet(Path.Combine(explicitly ? Mine : Env, "fashion-mnist"));
        TestData.WriteSet(Path.Combine(Installed, "mnist"));
        ResolvedDataset taken = await ResolveAsync("auto", explicitly ? Mine : null);
        Assert.StartsWith($"fashion-mnist: found in {(explicitly ? Mine : Env)}", taken.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Auto_with_a_data_directory_that_has_neither_is_an_error()
    {
        Directory.CreateDirectory(Mine);
        TestData.WriteSet(Path.Combine(Installed, "mnist"));
        Assert.Contains("has neither MNIST nor Fashion-MNIST", await RefusalAsync("auto", Mine), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Auto_offline_takes_installed_fashion_mnist_and_says_why()
    {
        TestData.WriteSet(Path.Combine(Installed, "fashion-mnist"));
        string reason = (await ResolveAsync("auto")).Reason;
        Assert.StartsWith($"fashion-mnist: found in {Installed}/fashion-mnist", reason, StringComparison.Ordinal);
        Assert.Contains("MNIST was not found and could not be fetched (ossci-datasets.s3.amazonaws.com: host not found", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Auto_comes_to_synthetic_when_the_network_is_too_slow_for_it()
    {
        TaskCompletionSource asked = new();
        network.Instead[PublishedDatasets.Mnist.Mirrors[0].Host] = FakeMirror.Silence(asked);
        Task<ResolvedDataset> resolve = ResolveAsync("auto");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        clock.Advance(new DownloadLimits().Auto);
        ResolvedDataset taken = await resolve.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(
            "synthetic: MNIST was not found and could not be fetched (not within 5 s), and Fashion-MNIST is not installed", taken.Reason);
        Assert.Equal("synthetic", taken.Dataset.Name);
        Assert.Equal(Training.Data.Synthetic.SyntheticDigits.DefaultFingerprint, taken.Dataset.Fingerprint);
    }

    [Fact]
    public async Task Auto_that_the_user_cancels_is_cancelled_and_comes_to_nothing()
    {
        TaskCompletionSource asked = new();
        using CancellationTokenSource stop = new();
        network.Instead[PublishedDatasets.Mnist.Mirrors[0].Host] = FakeMirror.Silence(asked);
        Task<ResolvedDataset> resolve = Catalog(Places(null)).ResolveAsync("auto", null, stop.Token);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resolve.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Real_mnist_is_fetched_once_checked_and_told_from_other_sets()
    {
        string? real = TestData.RealMnist();
        Assert.SkipWhen(real is null, "the real MNIST is not here (DISTTRAIN_DATA, ../shared/data/mnist)");
        DatasetFiles files = DatasetFiles.In(real, PublishedDatasets.Mnist);
        using FakeMirror web = new(PublishedDatasets.Mnist.Files.Zip(files.Paths)
            .ToDictionary(pair => pair.First.CompressedName, pair => File.ReadAllBytes(pair.Second!)));
        TestData.WriteSet(Path.Combine(Cache, "mnist"));
        DatasetCatalog catalog = new(Places(null), new DatasetDownload(() => web, clock, new DownloadLimits()));

        ResolvedDataset fetched = await catalog.ResolveAsync("auto", null, default);
        Assert.Equal($"mnist: fetched into {Cache}/mnist", fetched.Reason);
        Assert.Equal((60_000, 10_000), (fetched.Dataset.Train.Count, fetched.Dataset.Test.Count));
        Assert.Equal([5, 0, 4, 1, 9, 2, 1, 3], fetched.Dataset.Train.Labels[..8]);
        int requests = web.Requests.Count;

        ResolvedDataset again = await catalog.ResolveAsync("mnist", null, default);
        Assert.Equal($"mnist: found in {Cache}/mnist", again.Reason);
        Assert.Equal(fetched.Dataset.Fingerprint, again.Dataset.Fingerprint);
        Assert.Equal(4, requests);
        Assert.Equal(requests, web.Requests.Count);

        Assert.Contains($"{real} holds mnist", await RefusalAsync("fashion-mnist", real), StringComparison.Ordinal);
    }

    private DatasetPlaces Places(string? dataDirectory) => new(dataDirectory, Env, Cache, [Installed]);

    private DatasetCatalog Catalog(DatasetPlaces places) => new(places, new DatasetDownload(() => network, clock, new DownloadLimits()));

    private Task<ResolvedDataset> ResolveAsync(string name, string? dataDirectory = null) =>
        Catalog(Places(dataDirectory)).ResolveAsync(name, null, default);

    private async Task<string> RefusalAsync(string name, string? dataDirectory = null) =>
        (await Assert.ThrowsAsync<UserErrorException>(() => ResolveAsync(name, dataDirectory))).Message;
}
