using System.Buffers.Binary;
using DistTrain.Training.Data.Shaping;
using SkiaSharp;

namespace DistTrain.Training.Data.Images;

/// <summary>
/// Decodes PNG and JPEG files, told by their contents. Transparency is dropped, colour profiles and a note of the
/// camera's orientation are not applied: stored bytes are what counts, and on every machine they are the same.
/// </summary>
internal static class ImageDecoder
{
    /// <summary>Pixels of the largest image that is decoded; 128 MiB while it is.</summary>
    public const int MostPixels = 1 << 25;

    /// <summary>Of the file; no such image needs more.</summary>
    private const long MostBytes = 1L << 28;

    /// <summary>Signature, then length and type of the first chunk, then width and height.</summary>
    private const int PngHeader = 24;

    private static readonly byte[] PngStart = [0x89, (byte)'P', (byte)'N', (byte)'G'];
    private static readonly byte[] JpegStart = [0xff, 0xd8, 0xff];

    /// <summary>Size and kind, by a look at the header.</summary>
    /// <exception cref="UserErrorException">The file is no such image, or too large.</exception>
    public static (ImageSize Size, bool Grey) ReadHeader(string path)
    {
        using SKData data = Load(path);
        using SKCodec codec = Open(data, path);
        return (new ImageSize(codec.Info.Height, codec.Info.Width), codec.Info.ColorType == SKColorType.Gray8);
    }

    /// <exception cref="UserErrorException">The file is no such image, too large, or damaged.</exception>
    public static DecodedImage Decode(string path)
    {
        using SKData data = Load(path);
        using SKCodec codec = Open(data, path);
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        byte[] interleaved = GC.AllocateUninitializedArray<byte>(info.BytesSize);
        SKCodecResult result;
        unsafe
        {
            fixed (byte* start = interleaved)
            {
                result = codec.GetPixels(info, (nint)start);
            }
        }

        return result switch
        {
            SKCodecResult.Success => new DecodedImage(Planes(interleaved), new ImageSize(info.Height, info.Width)),
            SKCodecResult.IncompleteInput => throw Fault(path, "the file ends before the image does"),
            _ => throw Fault(path, "the image is damaged"),
        };
    }

    private static byte[] Planes(byte[] interleaved)
    {
        int plane = interleaved.Length / 4;
        byte[] planes = GC.AllocateUninitializedArray<byte>(3 * plane);
        for (int p = 0; p < plane; p++)
        {
            planes[p] = interleaved[4 * p];
            planes[p + plane] = interleaved[(4 * p) + 1];
            planes[p + (2 * plane)] = interleaved[(4 * p) + 2];
        }

        return planes;
    }

    private static SKCodec Open(SKData data, string path)
    {
        ReadOnlySpan<byte> start = data.Span;
        bool png = start.StartsWith(PngStart);
        if (!png && !start.StartsWith(JpegStart))
        {
            throw Fault(path, "this is neither a PNG nor a JPEG file, whatever its name says");
        }

        // Width and height are the first that a PNG says; what is too large is not even given to the library.
        if (png && start.Length >= PngHeader)
        {
            RequireModest(BinaryPrimitives.ReadUInt32BigEndian(start[16..]), BinaryPrimitives.ReadUInt32BigEndian(start[20..]), path);
        }

        SKCodec codec = SKCodec.Create(data) ?? throw Fault(path, "its header cannot be read");
        try
        {
            RequireModest((uint)codec.Info.Width, (uint)codec.Info.Height, path);
            return codec;
        }
        catch
        {
            codec.Dispose();
            throw;
        }
    }

    private static void RequireModest(uint width, uint height, string path)
    {
        if (width == 0 || height == 0 || (ulong)width * height > MostPixels)
        {
            throw new UserErrorException($"{path}: an image of {height} x {width} pixels; from 1 to {MostPixels} pixels are decoded: replace it with a smaller one");
        }
    }

    private static SKData Load(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return file.Length switch
            {
                0 => throw Fault(path, "the file is empty"),
                > MostBytes => throw new UserErrorException($"{path}: {file.Length} bytes; at most {MostBytes} are read"),
                _ => SKData.Create(file) ?? throw Fault(path, "the file cannot be read"),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UserErrorException($"{path}: cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static UserErrorException Fault(string path, string what) => new($"{path}: {what}; replace it with a good copy, or remove it");
}
