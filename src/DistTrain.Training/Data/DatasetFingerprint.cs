using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DistTrain.Training.Data;

/// <summary>
/// SHA-256, in lower-case hex, over the training set, the test set and, if there is one, the validation set; of each its count, channels, height, width and
/// classes as little-endian 32-bit numbers, its pixels and its labels.
/// </summary>
public static class DatasetFingerprint
{
    public static string Of(LabelledImages train, LabelledImages test, LabelledImages? validation = null)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, train);
        Append(hash, test);
        if (validation is not null)
        {
            Append(hash, validation);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, LabelledImages set)
    {
        ReadOnlySpan<int> shape = [set.Count, set.Channels, set.Height, set.Width, set.Classes];
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        foreach (int size in shape)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, size);
            hash.AppendData(bytes);
        }

        hash.AppendData(set.Pixels);
        hash.AppendData(set.Labels);
    }
}
