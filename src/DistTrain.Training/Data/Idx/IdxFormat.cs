using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DistTrain.Training.Data.Idx;

/// <summary>
/// The layout of an IDX file, as described on the MNIST page of LeCun, Cortes and Burges: two zero bytes, a type
/// code (0x08 for bytes), the number of dimensions, each dimension as a big-endian 32-bit number, then the values.
/// </summary>
public static class IdxFormat
{
    internal const int ImagesMagic = 0x0803;
    internal const int LabelsMagic = 0x0801;

    /// <summary>
    /// More values than this are refused before anything is allocated: 1 GiB, room for twenty times MNIST.
    /// </summary>
    internal const long LargestBody = 1L << 30;

    /// <summary>SHA-256, in lower-case hex, of the uncompressed file that holds these images.</summary>
    public static string Sha256(IdxImages images) => Sha256(Header(images), images.Pixels);

    /// <summary>SHA-256, in lower-case hex, of the uncompressed file that holds these labels.</summary>
    public static string Sha256(byte[] labels) => Sha256(Header(labels), labels);

    internal static byte[] Header(IdxImages images) => Header(ImagesMagic, images.Count, images.Height, images.Width);

    internal static byte[] Header(byte[] labels) => Header(LabelsMagic, labels.Length);

    private static byte[] Header(int magic, params ReadOnlySpan<int> dimensions)
    {
        byte[] header = new byte[4 + (4 * dimensions.Length)];
        BinaryPrimitives.WriteInt32BigEndian(header, magic);
        for (int i = 0; i < dimensions.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), dimensions[i]);
        }

        return header;
    }

    private static string Sha256(byte[] header, byte[] body)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
