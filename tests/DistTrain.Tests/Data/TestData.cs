using DistTrain.Training.Data.Idx;
using DistTrain.Training.Data.Published;

namespace DistTrain.Tests.Data;

/// <summary>Small sets in the form of the published ones, and the real ones where they are.</summary>
internal static class TestData
{
    private const int Pixels = 28 * 28;

    /// <summary>A set as if published: 12 training and 10 test images, with two mirrors.</summary>
    public static (PublishedDataset Dataset, IReadOnlyDictionary<string, byte[]> Files) Tiny(string name = "tiny")
    {
        (PublishedFile File, byte[] Stored)[] files =
        [
            Images("train", 12, salt: 1),
            Labels("train", 12),
            Images("t10k", 10, salt: 2),
            Labels("t10k", 10),
        ];
        PublishedDataset dataset = new(
            name,
            "Tiny",
            Mean: 0.5f,
            StandardDeviation: 0.25f,
            files[0].File,
            files[1].File,
            files[2].File,
            files[3].File,
            [new Uri("http://one.test/tiny/"), new Uri("http://two.test/data/")]);
        return (dataset, files.ToDictionary(file => file.File.CompressedName, file => file.Stored));
    }

    /// <summary>Puts four well-formed files into a folder, under the names that all sets share.</summary>
    public static void WriteSet(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach ((string name, byte[] bytes) in Tiny().Files)
        {
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        }
    }

    /// <summary>Where the real MNIST is, or null: DISTTRAIN_DATA, else ../shared/data/mnist beside the repository.</summary>
    public static string? RealMnist() =>
        Candidates().FirstOrDefault(folder => DatasetFiles.In(folder, PublishedDatasets.Mnist) is { Complete: true, OtherSet: null });

    public static PublishedDataset With(this PublishedDataset dataset, params Uri[] mirrors) => dataset with { Mirrors = mirrors };

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable(DatasetPlaces.EnvironmentVariable) is { Length: > 0 } named)
        {
            yield return Path.Combine(named, "mnist");
            yield return named;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "DistTrain.sln")))
            {
                yield return Path.Combine(folder.FullName, "..", "shared", "data", "mnist");
            }
        }
    }

    private static (PublishedFile File, byte[] Stored) Images(string part, int count, int salt)
    {
        Random random = new(salt);
        byte[] pixels = new byte[count * Pixels];
        random.NextBytes(pixels);
        IdxImages images = new(count, 28, 28, pixels);
        using MemoryStream stream = new();
        IdxWriter.WriteImages(stream, images);
        return (new PublishedFile($"{part}-images-idx3-ubyte", Images: true, 16 + pixels.Length, IdxFormat.Sha256(images)), stream.ToArray());
    }

    private static (PublishedFile File, byte[] Stored) Labels(string part, int count)
    {
        byte[] labels = [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))];
        using MemoryStream stream = new();
        IdxWriter.WriteLabels(stream, labels);
        return (new PublishedFile($"{part}-labels-idx1-ubyte", Images: false, 8 + count, IdxFormat.Sha256(labels)), stream.ToArray());
    }
}
