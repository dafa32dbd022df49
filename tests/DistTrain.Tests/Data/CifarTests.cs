using System.Formats.Tar;
using System.IO.Compression;
using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Cifar;
using DistTrain.Training.Data.Download;
using DistTrain.Training.Data.Published;

namespace DistTrain.Tests.Data;

public sealed class CifarTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly FakeMirror network = new(new Dictionary<string, byte[]>());

    public CifarTests() => network.Instead[CifarFormat.Source.Host] = FakeMirror.Offline();

    public void Dispose()
    {
        folder.Dispose();
        network.Dispose();
    }

    [Fact]
    public async Task Folder_gives_images_channels_first_in_the_order_of_the_files()
    {
        byte[][] files = WriteFolder(folder.At("mine", CifarFormat.Folder));
        ImageDataset read = (await ResolveAsync(folder.At("mine"))).Dataset;
        Assert.Equal((10, 2, 3, 32, 32, 10), (read.Train.Count, read.Test.Count, read.Train.Channels, read.Train.Height, read.Train.Width, read.Train.Classes));
        Assert.Equal(files[..5].SelectMany(file => new[] { file[0], file[3073] }), read.Train.Labels);
        Assert.Equal(files[..5].SelectMany(file => file[1..3073].Concat(file[3074..])), read.Train.Pixels);
        Assert.Equal(files[5][3074..], read.Test.Image(1).ToArray());
        Assert.Equal("airplane", read.NameOfClass(0));
        Assert.Equal(3, read.Mean.Count);
    }

    [Fact]
    public async Task Archive_gives_the_same_as_its_folder()
    {
        WriteFolder(folder.At("mine", CifarFormat.Folder));
        WriteArchive(folder.At("mine", CifarFormat.Folder), folder.At("packed", CifarFormat.Archive));
        Assert.Equal((await ResolveAsync(folder.At("mine"))).Dataset.Fingerprint, (await ResolveAsync(folder.At("packed"))).Dataset.Fingerprint);
    }

    [Fact]
    public async Task Mean_and_deviation_are_those_of_each_channel()
    {
        WriteFolder(folder.At("mine"));
        ImageDataset read = (await ResolveAsync(folder.At("mine"))).Dataset;
        for (int channel = 0; channel < 3; channel++)
        {
            double[] values = [.. Enumerable.Range(0, 10).SelectMany(i => read.Train.Image(i).Slice(channel * 1024, 1024).ToArray()).Select(pixel => pixel / 255.0)];
            double mean = values.Average();
            Assert.Equal(mean, read.Mean[channel], 1e-6);
            Assert.Equal(Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), read.StandardDeviation[channel], 1e-6);
        }

        Assert.NotEqual(read.Mean[0], read.Mean[1]);
    }

    [Fact]
    public async Task Label_beyond_the_classes_is_named_with_file_and_byte()
    {
        WriteFolder(folder.At("mine"));
        byte[] bad = Records(2, salt: 9);
        bad[3073] = 10;
        string path = folder.Write("mine/data_batch_3.bin", bad);
        await RefusedAsync("mine", $"{path}: byte 3073: label 10 is not one of the classes 0 to 9");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3072)]
    [InlineData(6145)]
    public async Task File_that_is_cut_off_is_named(int length)
    {
        WriteFolder(folder.At("mine"));
        string path = folder.Write("mine/test_batch.bin", Records(2, salt: 6)[..Math.Min(length, 6145)]);
        await RefusedAsync("mine", $"{path}: {length} bytes");
    }

    [Fact]
    public async Task Missing_file_of_a_named_folder_is_named()
    {
        WriteFolder(folder.At("mine"));
        File.Delete(folder.At("mine", "data_batch_4.bin"));
        await RefusedAsync("mine", "lacks data_batch_4.bin");
    }

    [Fact]
    public async Task Damaged_archive_is_named()
    {
        WriteFolder(folder.At("whole"));
        string path = folder.At("packed", CifarFormat.Archive);
        WriteArchive(folder.At("whole"), path);
        byte[] whole = File.ReadAllBytes(path);
        foreach (byte[] bad in new[] { whole[..(whole.Length / 2)], [], [1, 2, 3], [.. whole[..500], .. new byte[500], .. whole[1000..]] })
        {
            File.WriteAllBytes(path, bad);
            await RefusedAsync("packed", path);
        }
    }

    [Fact]
    public async Task Set_that_is_nowhere_says_what_to_do()
    {
        UserErrorException error = await Assert.ThrowsAsync<UserErrorException>(() => ResolveAsync(null));
        Assert.Contains("could not be fetched (www.cs.toronto.edu", error.Message, StringComparison.Ordinal);
        Assert.Contains(CifarFormat.Folder, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Archive_from_the_web_that_is_not_the_published_one_is_not_kept()
    {
        using FakeMirror web = new(new Dictionary<string, byte[]> { [CifarFormat.Archive] = [1, 2, 3] });
        DatasetDownload download = new(() => web, TimeProvider.System, new DownloadLimits());
        UserErrorException error = await Assert.ThrowsAsync<UserErrorException>(
            () => new DatasetFetcher(new DatasetPlaces(folder.At("out"), null, null, []), download).FetchAsync(CifarFormat.Name, null, CancellationToken.None));
        Assert.Contains("not the published one", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories), file => file.EndsWith(".gz", StringComparison.Ordinal) || file.EndsWith(".part", StringComparison.Ordinal));
    }

    private static byte[][] WriteFolder(string path)
    {
        Directory.CreateDirectory(path);
        byte[][] files = [.. Enumerable.Range(1, 6).Select(salt => Records(2, salt))];
        foreach ((string name, byte[] content) in CifarFormat.Files.Zip(files))
        {
            File.WriteAllBytes(Path.Combine(path, name), content);
        }

        return files;
    }

    private static byte[] Records(int count, int salt)
    {
        byte[] bytes = new byte[count * CifarFormat.RecordBytes];
        new Random(salt).NextBytes(bytes);
        for (int i = 0; i < count; i++)
        {
            bytes[i * CifarFormat.RecordBytes] = (byte)((salt + i) % 10);
        }

        return bytes;
    }

    private static void WriteArchive(string from, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using FileStream file = File.Create(path);
        using GZipStream gzip = new(file, CompressionLevel.Fastest);
        using TarWriter tar = new(gzip);
        foreach (string name in CifarFormat.Files)
        {
            tar.WriteEntry(Path.Combine(from, name), $"{CifarFormat.Folder}/{name}");
        }
    }

    private async Task RefusedAsync(string directory, string expected) =>
        Assert.Contains(expected, (await Assert.ThrowsAsync<UserErrorException>(() => ResolveAsync(folder.At(directory)))).Message, StringComparison.Ordinal);

    private Task<ResolvedDataset> ResolveAsync(string? directory) =>
        new DatasetCatalog(new DatasetPlaces(directory, null, folder.At("cache"), []), new DatasetDownload(() => network, TimeProvider.System, new DownloadLimits()))
            .ResolveAsync(CifarFormat.Name, null, CancellationToken.None);
}
