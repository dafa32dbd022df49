using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;

namespace DistTrain.Tests.Data;

/// <summary>Answers requests for files in memory, or as a test says for a host.</summary>
internal sealed class FakeMirror(IReadOnlyDictionary<string, byte[]> files) : HttpMessageHandler
{
    public delegate Task<HttpResponseMessage> Answer(HttpRequestMessage request, CancellationToken cancellation);

    /// <summary>What a host does instead of sending the file.</summary>
    public ConcurrentDictionary<string, Answer> Instead { get; } = [];

    public ConcurrentQueue<(string Host, string File, long? From)> Requests { get; } = [];

    public bool Ranges { get; init; } = true;

    public static Answer Status(HttpStatusCode code) => (_, _) => Task.FromResult(new HttpResponseMessage(code));

    public static Answer Bytes(byte[] bytes) => (_, _) => Task.FromResult(new HttpResponseMessage { Content = new ByteArrayContent(bytes) });

    public static Answer Content(Stream stream) => (_, _) => Task.FromResult(new HttpResponseMessage { Content = new StreamContent(stream) });

    public static Answer Offline(HttpRequestError error = HttpRequestError.NameResolutionError) =>
        (_, _) => Task.FromException<HttpResponseMessage>(new HttpRequestException(error, "some words of the system"));

    /// <summary>Never answers; says when it was asked.</summary>
    public static Answer Silence(TaskCompletionSource asked) => async (_, cancellation) =>
    {
        asked.TrySetResult();
        await Task.Delay(Timeout.Infinite, cancellation);
        throw new InvalidOperationException("not reached");
    };

    public Task<HttpResponseMessage> SendNormallyAsync(HttpRequestMessage request)
    {
        byte[] bytes = files[Path.GetFileName(request.RequestUri!.AbsolutePath)];
        long? from = Ranges ? request.Headers.Range?.Ranges.Single().From : null;
        if (from >= bytes.Length)
        {
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.RequestedRangeNotSatisfiable));
        }

        HttpResponseMessage response = new() { Content = new ByteArrayContent(bytes, (int)(from ?? 0), bytes.Length - (int)(from ?? 0)) };
        if (from is { } start)
        {
            response.StatusCode = HttpStatusCode.PartialContent;
            response.Content.Headers.ContentRange = new ContentRangeHeaderValue(start, bytes.Length - 1, bytes.Length);
        }

        return Task.FromResult(response);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Uri uri = request.RequestUri!;
        Requests.Enqueue((uri.Host, Path.GetFileName(uri.AbsolutePath), request.Headers.Range?.Ranges.Single().From));
        return Instead.TryGetValue(uri.Host, out Answer? answer) ? answer(request, cancellationToken) : SendNormallyAsync(request);
    }
}
