using System.Buffers.Binary;
using DistTrain.Training.Data.Shaping;
using SkiaSharp;

namespace DistTrain.Training.Data.Images;

/// <summary>
/// Decodes PNG and JPEG files from anyone, told by their contents: to the same bytes on every machine, whether they are to be trained on or to
/// be classified. Images are turned upright and laid over a background where they are transparent; colour profiles are not applied.
/// </summary>
public static class ImageDecoder
{
    /// <summary>Pixels of the largest image that is decoded; 128 MiB while it is.</summary>
    public const int MostPixels = 1 << 25;

    /// <summary>Of the file; no such image needs more.</summary>
    public const long MostBytes = 64L << 20;

    /// <summary>Signature, then length and type of the first chunk, then width and height.</summary>
    private const int PngHeader = 24;

    private static readonly byte[] PngStart = [0x89, (byte)'P', (byte)'N', (byte)'G'];
    private static readonly byte[] JpegStart = [0xff, 0xd8, 0xff];

    /// <summary>Size and kind, by a look at the header.</summary>
    /// <exception cref="UserErrorException">The file is no such image, or too large.</exception>
    public static (ImageSize Size, bool Grey) ReadHeader(string path)
    {
        using SKData data = Load(path);
        using SKCodec codec = Open(data, path, MostPixels);
        return (Orientation.Upright(Size(codec.Info), codec.EncodedOrigin), codec.Info.ColorType == SKColorType.Gray8);
    }

    /// <summary>The image of a file, over black where it is transparent.</summary>
    /// <exception cref="UserErrorException">The file is no such image, too large, or damaged.</exception>
    public static DecodedImage Decode(string path)
    {
        using SKData data = Load(path);
        return Decode(data, path, background: 0, MostPixels);
    }

    /// <param name="file">Read to its end, or to what is too large.</param>
    /// <param name="name">For messages.</param>
    /// <param name="background">Grey value under transparent pixels.</param>
    /// <exception cref="UserErrorException">It is no such image, too large, or damaged.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static DecodedImage Decode(Stream file, string name, byte background, int mostPixels)
    {
        using SKData data = Load(file, name);
        return Decode(data, name, background, mostPixels);
    }

    private static DecodedImage Decode(SKData data, string name, byte background, int mostPixels)
    {
        using SKCodec codec = Open(data, name, mostPixels);
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
            SKCodecResult.Success => new DecodedImage(
                Planes(Orientation.Upright(interleaved, Size(info), codec.EncodedOrigin), background), Orientation.Upright(Size(info), codec.EncodedOrigin)),
            SKCodecResult.IncompleteInput => throw Fault(name, "the file ends before the image does"),
            _ => throw Fault(name, "the image is damaged"),
        };
    }

    private static ImageSize Size(SKImageInfo info) => new(info.Height, info.Width);

    private static byte[] Planes(byte[] rgba, byte background)
    {
        int plane = rgba.Length / 4;
        byte[] planes = GC.AllocateUninitializedArray<byte>(3 * plane);
        for (int p = 0; p < plane; p++)
        {
            int opacity = rgba[(4 * p) + 3];
            for (int channel = 0; channel < 3; channel++)
            {
                // In whole numbers, and exactly the colour where it is opaque.
                planes[p + (channel * plane)] = (byte)(((opacity * rgba[(4 * p) + channel]) + ((255 - opacity) * background) + 127) / 255);
            }
        }

        return planes;
    }

    private static SKCodec Open(SKData data, string path, int mostPixels)
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
            RequireModest(BinaryPrimitives.ReadUInt32BigEndian(start[16..]), BinaryPrimitives.ReadUInt32BigEndian(start[20..]), path, mostPixels);
        }

        SKCodec codec = SKCodec.Create(data) ?? throw Fault(path, "its header cannot be read");
        try
        {
            RequireModest((uint)codec.Info.Width, (uint)codec.Info.Height, path, mostPixels);
            return codec;
        }
        catch
        {
            codec.Dispose();
            throw;
        }
    }

    private static void RequireModest(uint width, uint height, string path, int mostPixels)
    {
        if (width == 0 || height == 0 || (ulong)width * height > (ulong)mostPixels)
        {
            throw new UserErrorException($"{path}: an image of {height} x {width} pixels; from 1 to {mostPixels} pixels are decoded: replace it with a smaller one");
        }
    }

    private static SKData Load(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return Load(file, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UserErrorException($"{path}: cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static SKData Load(Stream file, string name)
    {
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        while (file.Read(buffer) is int count and > 0)
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > MostBytes)
            {
                throw new UserErrorException($"{name}: more than {MostBytes >> 20} MB, which is the most that is read of an image; replace it with a smaller one");
            }
        }

        return bytes.Length > 0 ? SKData.CreateCopy(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) : throw Fault(name, "the file is empty");
    }

    private static UserErrorException Fault(string path, string what) => new($"{path}: {what}; replace it with a good copy, or remove it");
}
