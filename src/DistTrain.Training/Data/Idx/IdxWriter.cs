using System.IO.Compression;

namespace DistTrain.Training.Data.Idx;

/// <summary>Writes IDX files; the inverse of <see cref="IdxReader"/>.</summary>
public static class IdxWriter
{
    /// <param name="gzip">Compress, as published files are.</param>
    public static void WriteImages(Stream destination, IdxImages images, bool gzip = true)
    {
        int expected = checked(images.Count * images.Height * images.Width);
        if (images.Pixels.Length != expected)
        {
            throw new ArgumentException($"{images.Pixels.Length} pixels where the shape asks for {expected}", nameof(images));
        }

        Write(destination, IdxFormat.Header(images), images.Pixels, gzip);
    }

    /// <param name="gzip">Compress, as published files are.</param>
    public static void WriteLabels(Stream destination, byte[] labels, bool gzip = true) =>
        Write(destination, IdxFormat.Header(labels), labels, gzip);

    private static void Write(Stream destination, byte[] header, byte[] body, bool gzip)
    {
        if (!gzip)
        {
            destination.Write(header);
            destination.Write(body);
            return;
        }

        using GZipStream compressed = new(destination, CompressionLevel.Optimal, leaveOpen: true);
        compressed.Write(header);
        compressed.Write(body);
    }
}
