using System.Net;
using DistTrain.Training.Data.Download;
using DistTrain.Training.Data.Published;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DistTrain.Tests.Data;

/// <summary>The download over real sockets.</summary>
public sealed class LoopbackMirrorTests
{
    [Fact]
    public async Task Connection_that_breaks_is_taken_up_where_it_broke()
    {
        (PublishedDataset dataset, IReadOnlyDictionary<string, byte[]> files) = TestData.Tiny();
        string first = dataset.TrainImages.CompressedName;
        List<long?> starts = [];
        using TestFolder folder = new();
        await using WebApplication server = await StartAsync(async context =>
        {
            string name = Path.GetFileName(context.Request.Path.Value!);
            byte[] bytes = files[name];
            long? from = context.Request.GetTypedHeaders().Range?.Ranges.Single().From;
            long end = bytes.Length;
            if (name == first)
            {
                starts.Add(from);
                end = from is null ? 3000 : bytes.Length;
            }

            context.Response.ContentLength = bytes.Length - (from ?? 0);
            if (from is not null)
            {
                context.Response.StatusCode = (int)HttpStatusCode.PartialContent;
                context.Response.Headers.ContentRange = $"bytes {from}-{bytes.Length - 1}/{bytes.Length}";
            }

            await context.Response.Body.WriteAsync(bytes.AsMemory((int)(from ?? 0), (int)(end - (from ?? 0))));
            await context.Response.Body.FlushAsync();
            if (end < bytes.Length)
            {
                // Only once the client has them: an abort may overtake what is on its way.
                await WaitForLengthAsync(folder.At(name + ".part"), 3000);
                context.Abort();
            }
        });
        DatasetDownload download = new(() => new SocketsHttpHandler { UseProxy = false }, TimeProvider.System, new DownloadLimits());

        await download.FetchAsync(dataset.With(new Uri(server.Urls.Single() + "/")), folder.Path, replaceAltered: true, null, default);

        Assert.Equal([null, 3000], starts);
        Assert.All(files, file => Assert.Equal(file.Value, File.ReadAllBytes(folder.At(file.Key))));
    }

    [Fact]
    public async Task Port_that_nobody_listens_on_fails_as_unreachable()
    {
        (PublishedDataset dataset, _) = TestData.Tiny();
        using TestFolder folder = new();
        DatasetDownload download = new(() => new SocketsHttpHandler { UseProxy = false }, TimeProvider.System, new DownloadLimits());
        DownloadFailedException error = await Assert.ThrowsAsync<DownloadFailedException>(() =>
            download.FetchAsync(dataset.With(new Uri("http://127.0.0.1:1/")), folder.Path, replaceAltered: true, null, default));
        Assert.Equal("127.0.0.1: host unreachable", error.Message);
    }

    private static async Task WaitForLengthAsync(string path, long length)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(30));
        while (!File.Exists(path) || new FileInfo(path).Length < length)
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static async Task<WebApplication> StartAsync(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication server = builder.Build();
        server.Run(answer);
        await server.StartAsync();
        return server;
    }
}
