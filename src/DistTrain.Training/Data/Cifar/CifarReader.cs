using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace DistTrain.Training.Data.Cifar;

/// <summary>Reads the six files of CIFAR-10 from their folder or from the archive as it is downloaded, and takes nothing on trust.</summary>
internal static class CifarReader
{
    /// <param name="folder">Holds all six.</param>
    /// <exception cref="UserErrorException">A file is malformed; the message names it and the byte.</exception>
    public static ImageDataset ReadFolder(string folder) =>
        Combine(CifarFormat.Files.Select(name => (Path.Combine(folder, name), ReadFile(Path.Combine(folder, name)))), folder, published: false);

    /// <exception cref="UserErrorException">The archive is damaged, or lacks a file.</exception>
    public static ImageDataset ReadArchive(string path)
    {
        try
        {
            bool published = IsPublished(path);
            using FileStream file = File.OpenRead(path);
            return Combine(Unpack(file, path), path, published);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new UserErrorException($"{path}: the archive is damaged: {e.Message.ReplaceLineEndings(" ")}; replace the file with a good copy", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>Whether it is the archive as published, to the bit.</summary>
    public static bool IsPublished(string path)
    {
        using FileStream file = File.OpenRead(path);
#pragma warning disable CA5351 // A checksum against damage: MD5 is all that was published.
        return Convert.ToHexStringLower(MD5.HashData(file)) == CifarFormat.ArchiveMd5;
#pragma warning restore CA5351
    }

    private static IEnumerable<(string Name, byte[] Content)> Unpack(Stream archive, string path)
    {
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var gzip = new GZipStream(archive, CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        while (contents.Count < CifarFormat.TrainFiles.Count + 1 && tar.GetNextEntry() is { } entry)
        {
            string name = Path.GetFileName(entry.Name);
            bool regular = entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile;
            if (regular && CifarFormat.Files.Contains(name) && entry.DataStream is { } data)
            {
                contents[name] = ReadAll(data, entry.Length, $"{path}: {name}");
            }
        }

        string[] missing = [.. CifarFormat.Files.Where(name => !contents.ContainsKey(name))];
        return missing.Length == 0
            ? CifarFormat.Files.Select(name => ($"{path}: {name}", contents[name]))
            : throw new UserErrorException($"{path}: the archive lacks {string.Join(", ", missing)}; replace the file with a good copy");
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return ReadAll(file, file.Length, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static byte[] ReadAll(Stream source, long length, string name)
    {
        if (length is 0 or > (long)CifarFormat.MostRecords * CifarFormat.RecordBytes || length % CifarFormat.RecordBytes != 0)
        {
            throw new UserErrorException(
                $"{name}: {length} bytes; 1 to {CifarFormat.MostRecords} records of {CifarFormat.RecordBytes} were expected; replace the file with a good copy");
        }

        byte[] content = GC.AllocateUninitializedArray<byte>((int)length);
        source.ReadExactly(content);
        return content;
    }

    private static ImageDataset Combine(IEnumerable<(string Name, byte[] Content)> files, string source, bool published)
    {
        (string Name, byte[] Content)[] all = [.. files];
        LabelledImages train = Images(all[..^1]);
        LabelledImages test = Images(all[^1..]);
        bool whole = published || (train.Count, test.Count) == (CifarFormat.TrainCount, CifarFormat.TestCount);
        return ImageDataset.Measured(CifarFormat.Name, train, test, whole ? source : source + " (not the published files)") with
        {
            ClassNames = CifarFormat.ClassNames,
        };
    }

    private static LabelledImages Images((string Name, byte[] Content)[] files)
    {
        const int perImage = CifarFormat.RecordBytes - 1;
        int count = files.Sum(file => file.Content.Length / CifarFormat.RecordBytes);
        byte[] pixels = GC.AllocateUninitializedArray<byte>(checked(count * perImage));
        byte[] labels = new byte[count];
        int image = 0;
        foreach ((string name, byte[] content) in files)
        {
            for (int start = 0; start < content.Length; start += CifarFormat.RecordBytes, image++)
            {
                labels[image] = content[start] < CifarFormat.Classes
                    ? content[start]
                    : throw new UserErrorException($"{name}: byte {start}: label {content[start]} is not one of the classes 0 to {CifarFormat.Classes - 1}; replace the file with a good copy");
                content.AsSpan(start + 1, perImage).CopyTo(pixels.AsSpan(image * perImage));
            }
        }

        return new LabelledImages(pixels, labels, CifarFormat.Channels, CifarFormat.Side, CifarFormat.Side, CifarFormat.Classes);
    }
}
