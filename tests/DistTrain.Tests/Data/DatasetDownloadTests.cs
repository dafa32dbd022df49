using System.Net;
using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Download;
using DistTrain.Training.Data.Published;
using Microsoft.Extensions.Time.Testing;

namespace DistTrain.Tests.Data;

public sealed class DatasetDownloadTests : IDisposable
{
    private static readonly (PublishedDataset Dataset, IReadOnlyDictionary<string, byte[]> Files) Tiny = TestData.Tiny();
    private static readonly string First = Tiny.Dataset.TrainImages.CompressedName;

    private readonly TestFolder folder = new();
    private readonly FakeTimeProvider clock = new();
    private readonly FakeMirror mirror = new(Tiny.Files);

    private string Final => folder.At(First);

    private string Part => folder.At(First + ".part");

    public void Dispose()
    {
        folder.Dispose();
        mirror.Dispose();
    }

    [Fact]
    public async Task Fetch_brings_all_files_and_leaves_no_parts()
    {
        IReadOnlyList<PublishedFile> fetched = await FetchAsync();
        Assert.Equal(Tiny.Dataset.Files, fetched);
        IsWhole();
        Assert.All(mirror.Requests, request => Assert.Equal("one.test", request.Host));
    }

    [Fact]
    public async Task Fetch_of_what_is_there_asks_nobody()
    {
        await FetchAsync();
        mirror.Requests.Clear();
        Assert.Empty(await FetchAsync());
        Assert.Empty(mirror.Requests);
    }

    [Fact]
    public async Task Part_of_an_earlier_attempt_is_continued()
    {
        folder.Write(First + ".part", Tiny.Files[First][..1000]);
        await FetchAsync();
        IsWhole();
        Assert.Equal(("one.test", First, 1000L), mirror.Requests.First());
    }

    [Fact]
    public async Task Part_is_begun_anew_at_a_mirror_without_ranges()
    {
        using FakeMirror plain = new(Tiny.Files) { Ranges = false };
        folder.Write(First + ".part", Tiny.Files[First][..1000]);
        await FetchAsync(plain);
        IsWhole();
    }

    [Fact]
    public async Task Part_that_is_whole_already_is_taken()
    {
        folder.Write(First + ".part", Tiny.Files[First]);
        await FetchAsync();
        IsWhole();
        Assert.Equal([Tiny.Files[First].Length], mirror.Requests.Where(request => request.File == First).Select(request => request.From));
    }

    [Fact]
    public async Task Part_that_is_rubbish_is_dropped_and_the_same_mirror_tried_again()
    {
        folder.Write(First + ".part", new byte[1000]);
        await FetchAsync();
        IsWhole();
        Assert.Equal([("one.test", First, 1000L), ("one.test", First, null)], mirror.Requests.Take(2));
    }

    [Fact]
    public async Task Part_that_is_longer_than_the_file_can_be_is_dropped()
    {
        folder.Write(First + ".part", new byte[Tiny.Dataset.TrainImages.Bytes + 200_000]);
        await FetchAsync();
        IsWhole();
    }

    [Fact]
    public async Task Another_file_than_the_published_one_sends_to_the_next_mirror()
    {
        mirror.Instead["one.test"] = FakeMirror.Bytes(Tiny.Files[Tiny.Dataset.TestImages.CompressedName]);
        await FetchAsync();
        IsWhole();
        Assert.Contains(mirror.Requests, request => request.Host == "two.test");
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "answered HTTP 404")]
    [InlineData(HttpStatusCode.InternalServerError, "answered HTTP 500")]
    [InlineData(HttpStatusCode.PartialContent, "answered with another range than was asked for")]
    public async Task Failure_names_every_mirror_with_its_reason(HttpStatusCode code, string reason)
    {
        mirror.Instead["one.test"] = FakeMirror.Status(code);
        mirror.Instead["two.test"] = FakeMirror.Offline();
        DownloadFailedException error = await Assert.ThrowsAsync<DownloadFailedException>(() => FetchAsync());
        Assert.Equal($"one.test: {reason}; two.test: host not found", error.Message);
        Assert.False(File.Exists(Final));
    }

    [Fact]
    public async Task Length_beyond_the_possible_is_refused_before_it_is_read()
    {
        mirror.Instead["one.test"] = FakeMirror.Bytes(new byte[1_000_000]);
        await FetchAsync();
        IsWhole();
    }

    [Fact]
    public async Task Endless_answer_without_a_length_is_cut_off()
    {
        using StallingStream endless = new(new byte[1_000_000], []);
        mirror.Instead["one.test"] = FakeMirror.Content(endless);
        mirror.Instead["two.test"] = FakeMirror.Offline(HttpRequestError.ConnectionError);
        DownloadFailedException error = await Assert.ThrowsAsync<DownloadFailedException>(() => FetchAsync());
        Assert.StartsWith("one.test: sends more than the", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("two.test: host unreachable", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Part));
    }

    [Fact]
    public async Task Mirror_that_does_not_answer_is_left_for_the_next()
    {
        TaskCompletionSource asked = new();
        mirror.Instead["one.test"] = FakeMirror.Silence(asked);
        Task<IReadOnlyList<PublishedFile>> fetch = FetchAsync(Tiny.Dataset, mirror);
        for (int file = 0; file < 4; file++)
        {
            await WaitUntilAsync(() => mirror.Requests.Count(request => request.Host == "one.test") == file + 1);
            clock.Advance(new DownloadLimits().Answer);
            await WaitUntilAsync(() => mirror.Requests.Count(request => request.Host == "two.test") == file + 1);
        }

        await fetch.WaitAsync(TimeSpan.FromSeconds(30));
        IsWhole();
    }

    [Fact]
    public async Task Mirror_that_stalls_is_left_and_what_it_sent_is_kept()
    {
        byte[] whole = Tiny.Files[First];
        using StallingStream body = new(whole[..2000], whole[2000..]);
        mirror.Instead["one.test"] = (_, _) =>
        {
            mirror.Instead["one.test"] = FakeMirror.Status(HttpStatusCode.ServiceUnavailable);
            return FakeMirror.Content(body)(null!, default);
        };
        Task<IReadOnlyList<PublishedFile>> fetch = FetchAsync(Tiny.Dataset, mirror);
        await body.Stalled.WaitAsync(TimeSpan.FromSeconds(30));
        clock.Advance(new DownloadLimits().NoProgress);
        await fetch.WaitAsync(TimeSpan.FromSeconds(30));
        IsWhole();
        Assert.Contains(("two.test", First, 2000L), mirror.Requests);
    }

    [Fact]
    public async Task File_has_its_name_only_when_it_is_whole()
    {
        byte[] whole = Tiny.Files[First];
        using StallingStream body = new(whole[..2000], whole[2000..]);
        mirror.Instead["one.test"] = (request, _) =>
        {
            mirror.Instead.Clear();
            return FakeMirror.Content(body)(request, default);
        };
        Task<IReadOnlyList<PublishedFile>> fetch = FetchAsync(Tiny.Dataset, mirror);
        await body.Stalled.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(File.Exists(Final));
        Assert.True(File.Exists(Part));
        body.Open();
        await fetch.WaitAsync(TimeSpan.FromSeconds(30));
        IsWhole();
    }

    [Fact]
    public async Task Cancelled_fetch_keeps_its_part_for_the_next()
    {
        byte[] whole = Tiny.Files[First];
        using StallingStream body = new(whole[..2000], whole[2000..]);
        using CancellationTokenSource stop = new();
        mirror.Instead["one.test"] = FakeMirror.Content(body);
        Task<IReadOnlyList<PublishedFile>> fetch = FetchAsync(Tiny.Dataset, mirror, cancellation: stop.Token);
        await body.Stalled.WaitAsync(TimeSpan.FromSeconds(30));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
        Assert.Equal(2000, new FileInfo(Part).Length);
    }

    [Fact]
    public async Task Fetches_at_the_same_time_do_not_disturb_each_other()
    {
        // The owner of the lock waits in the middle of its file while the others finish theirs.
        byte[] whole = Tiny.Files[First];
        using StallingStream body = new(whole[..2000], whole[2000..]);
        mirror.Instead["one.test"] = (request, _) =>
        {
            mirror.Instead.Clear();
            return FakeMirror.Content(body)(request, default);
        };
        Task<IReadOnlyList<PublishedFile>> owner = FetchAsync(Tiny.Dataset, mirror);
        await body.Stalled.WaitAsync(TimeSpan.FromSeconds(30));
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => FetchAsync(Tiny.Dataset, mirror))).WaitAsync(TimeSpan.FromSeconds(30));
        body.Open();
        await owner.WaitAsync(TimeSpan.FromSeconds(30));
        IsWhole();
    }

    [Fact]
    public async Task Altered_file_is_put_right_only_where_that_is_allowed()
    {
        folder.Write(First, Tiny.Files[Tiny.Dataset.TestImages.CompressedName]);
        UserErrorException error = await Assert.ThrowsAsync<UserErrorException>(() => FetchAsync(Tiny.Dataset, mirror, replaceAltered: false));
        Assert.StartsWith(Final, error.Message, StringComparison.Ordinal);
        Assert.Contains("left alone", error.Message, StringComparison.Ordinal);
        await FetchAsync();
        IsWhole();
    }

    [Fact]
    public async Task Folder_that_cannot_be_made_is_a_user_error()
    {
        string blocked = folder.Write("file", []);
        DatasetDownload download = new(() => mirror, clock, new DownloadLimits());
        UserErrorException error = await Assert.ThrowsAsync<UserErrorException>(
            () => download.FetchAsync(Tiny.Dataset, Path.Combine(blocked, "below"), replaceAltered: true, null, default));
        Assert.Contains("cannot be written", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_tells_bytes_and_failures()
    {
        mirror.Instead["one.test"] = FakeMirror.Offline();
        Seen seen = new();
        await FetchAsync(Tiny.Dataset, mirror, progress: seen);
        Assert.Contains(seen.Reports, report => report.Note == "one.test: host not found");
        Assert.Contains(seen.Reports, report => report.File == First && report.Bytes == Tiny.Files[First].Length && report.TotalBytes == report.Bytes);
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private Task<IReadOnlyList<PublishedFile>> FetchAsync(FakeMirror? from = null) => FetchAsync(Tiny.Dataset, from ?? mirror);

    private Task<IReadOnlyList<PublishedFile>> FetchAsync(
        PublishedDataset dataset,
        FakeMirror from,
        bool replaceAltered = true,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default) =>
        new DatasetDownload(() => from, clock, new DownloadLimits()).FetchAsync(dataset, folder.Path, replaceAltered, progress, cancellation);

    private void IsWhole()
    {
        Assert.All(Tiny.Files, file => Assert.Equal(file.Value, File.ReadAllBytes(folder.At(file.Key))));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.part"));
    }

    private sealed class Seen : IProgress<DataProgress>
    {
        public List<DataProgress> Reports { get; } = [];

        public void Report(DataProgress value) => Reports.Add(value);
    }
}
