using System.Buffers.Binary;

namespace DistTrain.Training.Data.Idx;

/// <summary>
/// Reads IDX files, gzipped or not (told by their content, not their name), and takes nothing on trust: magic number,
/// dimensions, length to the byte, range of labels. Every fault is a <see cref="UserErrorException"/> that names the
/// file and the offset; in a gzipped file offsets count uncompressed bytes unless the message says otherwise.
/// Memory grows with what the file really holds, never with what its header promises.
/// </summary>
public static class IdxReader
{
    public static IdxImages ReadImages(string path) => FromFile(path, ReadImages);

    /// <param name="source">Seekable; read from its start.</param>
    /// <param name="name">What to call it in errors.</param>
    public static IdxImages ReadImages(Stream source, string name)
    {
        using IdxSource content = IdxSource.Open(source, name);
        int[] shape = ReadShape(content, IdxFormat.ImagesMagic, ["count", "height", "width"]);
        return new IdxImages(shape[0], shape[1], shape[2], ReadBody(content, shape));
    }

    /// <param name="classes">Labels must be below this.</param>
    public static byte[] ReadLabels(string path, int classes) =>
        FromFile(path, (stream, name) => ReadLabels(stream, name, classes));

    /// <param name="source">Seekable; read from its start.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <param name="classes">Labels must be below this.</param>
    public static byte[] ReadLabels(Stream source, string name, int classes)
    {
        using IdxSource content = IdxSource.Open(source, name);
        int[] shape = ReadShape(content, IdxFormat.LabelsMagic, ["count"]);
        long start = content.Offset;
        byte[] labels = ReadBody(content, shape);
        int bad = classes > byte.MaxValue ? -1 : labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classes - 1));
        if (bad >= 0)
        {
            throw content.Fault(start + bad, $"label {labels[bad]} is not one of the classes 0 to {classes - 1}");
        }

        return labels;
    }

    /// <summary>Reads a file of images and the file of their labels, whose counts must agree. One channel.</summary>
    public static LabelledImages ReadPair(string imagesPath, string labelsPath, int classes)
    {
        IdxImages images = ReadImages(imagesPath);
        byte[] labels = ReadLabels(labelsPath, classes);
        if (labels.Length != images.Count)
        {
            throw new UserErrorException(
                $"{labelsPath}: byte 4: {labels.Length} labels, but {imagesPath} holds {images.Count} images; the two files do not belong together");
        }

        return new LabelledImages(images.Pixels, labels, Channels: 1, images.Height, images.Width, classes);
    }

    private static int[] ReadShape(IdxSource content, int magic, string[] dimensions)
    {
        byte[] header = new byte[4 + (4 * dimensions.Length)];
        int read = content.ReadUpTo(header);
        int found = read < 4 ? 0 : BinaryPrimitives.ReadInt32BigEndian(header);
        if (read >= 4 && found != magic)
        {
            throw content.Fault(0, $"magic number 0x{found:x8} where 0x{magic:x8} was expected ({Describe(found, magic)})");
        }

        if (read < header.Length)
        {
            throw content.Fault(read, $"the file ends inside its header of {header.Length} bytes");
        }

        int[] shape = new int[dimensions.Length];
        for (int i = 0; i < shape.Length; i++)
        {
            uint size = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4 + (4 * i)));
            if (size is 0 or > int.MaxValue)
            {
                throw content.Fault(4 + (4 * i), $"{dimensions[i]} is {size}; at least 1 and below 2^31 was expected");
            }

            shape[i] = (int)size;
        }

        return shape;
    }

    private static string Describe(int found, int expected) => found switch
    {
        IdxFormat.ImagesMagic => "this is a file of images, not of labels",
        IdxFormat.LabelsMagic => "this is a file of labels, not of images",
        _ => expected == IdxFormat.ImagesMagic ? "an IDX file of images" : "an IDX file of labels",
    };

    private static byte[] ReadBody(IdxSource content, int[] shape)
    {
        // Three factors below 2^31 overflow 64 bits, so each product is held against the limit on the way.
        long promised = 1;
        foreach (int size in shape)
        {
            promised = Math.Min(promised * size, IdxFormat.LargestBody + 1);
        }

        if (promised > IdxFormat.LargestBody)
        {
            throw content.Fault(4, $"the header promises {string.Join(" x ", shape)} bytes; at most {IdxFormat.LargestBody} are read");
        }

        long start = content.Offset;
        byte[] body = content.ReadGrowing((int)promised);
        if (body.Length < promised)
        {
            throw content.Fault(start + body.Length, $"the file ends {promised - body.Length} bytes short of the {promised} values that its header promises");
        }

        content.ExpectEnd();
        return body;
    }

    private static T FromFile<T>(string path, Func<Stream, string, T> read)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
            return read(file, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
