using System.Net;
using System.Net.Http.Headers;

namespace DistTrain.Training.Data.Download;

/// <summary>Brings one URL into one unfinished file, going on where an earlier attempt ended.</summary>
internal sealed class ResumableTransfer(HttpClient client, TimeProvider time, DownloadLimits limits)
{
    private const int PieceLength = 1 << 16;

    /// <summary>Returns when the mirror has nothing more to send; what the file holds is then still to be checked.</summary>
    /// <param name="part">The unfinished file; need not exist.</param>
    /// <param name="most">A longer file is not the one that is wanted.</param>
    /// <param name="report">Called with the bytes that are here and the length, if the mirror said it.</param>
    /// <exception cref="DownloadFailedException">The mirror failed or was too slow; what came stays in the file.</exception>
    public async Task RunAsync(Uri source, string part, long most, Action<long, long?> report, CancellationToken cancellation)
    {
        using CancellationTokenSource patience = new(limits.Answer, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        bool answered = false;
        try
        {
            long have = File.Exists(part) ? new FileInfo(part).Length : 0;
            using HttpResponseMessage response = await SendAsync(source, have, either.Token);
            answered = true;
            if (have > 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                return; // Nothing after what is here: it may be whole.
            }

            have = Accept(response, have);
            long? total = response.Content.Headers.ContentLength is { } length ? have + length : null;
            if (total > most)
            {
                throw TooLong(most);
            }

            await using Stream body = await response.Content.ReadAsStreamAsync(either.Token);
            await using FileStream file = new(part, have > 0 ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
            byte[] piece = new byte[PieceLength];
            while (true)
            {
                report(have, total);
                patience.CancelAfter(limits.NoProgress);
                int read = await ReadAsync(body, piece, either.Token);
                if (read == 0)
                {
                    break;
                }

                have += read;
                if (have > most)
                {
                    throw TooLong(most);
                }

                await file.WriteAsync(piece.AsMemory(0, read), cancellation);
            }

            file.Flush(flushToDisk: true);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new DownloadFailedException(
                answered ? $"no data for {limits.NoProgress.TotalSeconds:0.#} s" : $"no answer in {limits.Answer.TotalSeconds:0.#} s", e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Uri source, long have, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, source);
        if (have > 0)
        {
            request.Headers.Range = new RangeHeaderValue(have, null);
        }

        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException e)
        {
            throw new DownloadFailedException(Reason(e), e);
        }
    }

    /// <summary>The bytes that are kept: all if the mirror goes on from there, none if it starts anew.</summary>
    private static long Accept(HttpResponseMessage response, long have) => response.StatusCode switch
    {
        HttpStatusCode.OK => 0,
        HttpStatusCode.PartialContent when response.Content.Headers.ContentRange?.From == have => have,
        HttpStatusCode.PartialContent => throw new DownloadFailedException("answered with another range than was asked for") { NothingToKeep = true },
        _ => throw new DownloadFailedException($"answered HTTP {(int)response.StatusCode}"),
    };

    private static async Task<int> ReadAsync(Stream body, byte[] piece, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(piece, cancellation);
        }
        catch (IOException e)
        {
            throw new DownloadFailedException("the connection broke", e);
        }
    }

    private static DownloadFailedException TooLong(long most) =>
        new($"sends more than the {most} bytes that the file can have") { NothingToKeep = true };

    private static string Reason(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "host not found",
        HttpRequestError.ConnectionError => "host unreachable",
        HttpRequestError.SecureConnectionError => "no secure connection",
        _ => e.Message.ReplaceLineEndings(" "),
    };
}
