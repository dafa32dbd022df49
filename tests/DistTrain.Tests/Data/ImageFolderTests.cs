using DistTrain.Node.Hosting;
using DistTrain.Node.Pictures;
using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Download;
using DistTrain.Training.Data.Published;
using DistTrain.Training.Data.Shaping;
using DistTrain.Training.Data.Synthetic;
using DistTrain.Training.Jobs;
using SkiaSharp;

namespace DistTrain.Tests.Data;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Exported_digits_read_back_to_the_same_pixels_and_labels()
    {
        ImageDataset digits = SyntheticDigits.Draw("synthetic:300", 300);
        ExportedDataset written = Export(digits, "digits");
        ImageDataset read = await ReadAsync("digits");
        Assert.Equal((300, 50), (written.Train, written.Test));
        Assert.Equal(Images(digits.Train).Order(), Images(read.Train).Order());
        Assert.Equal(Images(digits.Test).Order(), Images(read.Test).Order());
        Assert.Equal((digits.Mean, digits.StandardDeviation, 1), (read.Mean, read.StandardDeviation, read.Train.Channels));
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], read.ClassNames);
    }

    [Fact]
    public async Task Exported_colours_come_back_in_their_channels()
    {
        byte[] pixels = new byte[30 * 3 * 5 * 4];
        new Random(1).NextBytes(pixels);
        LabelledImages images = new(pixels, [.. Enumerable.Range(0, 30).Select(i => (byte)(i % 12))], 3, 5, 4, 12);
        Export(ImageDataset.Measured("x", images, images, ""), "colours");
        ImageDataset read = await ReadAsync("colours");
        Assert.Equal((3, 5, 4, 12), (read.Train.Channels, read.Train.Height, read.Train.Width, read.Train.Classes));
        Assert.Equal(Images(images).Order(), Images(read.Train).Order());
    }

    [Fact]
    public void Part_of_an_export_has_images_of_every_class()
    {
        ExportedDataset written = ImageExport.Write(SyntheticDigits.Draw("synthetic:300", 300), folder.At("some"), 25, new Ignored(), TimeProvider.System, CancellationToken.None);
        Assert.Equal((25, 10), (written.Train, written.Test));
        Assert.Equal(10, Directory.GetDirectories(folder.At("some", "train")).Length);
        Assert.All(Directory.GetDirectories(folder.At("some", "train")), inner => Assert.InRange(Directory.GetFiles(inner).Length, 2, 3));
    }

    [Fact]
    public async Task Folder_without_parts_is_parted_by_lot_the_same_way_everywhere()
    {
        string[] names = [.. Enumerable.Range(0, 13).Select(i => $"{i}.png")];
        foreach (string name in names)
        {
            folder.Write($"one/b/{name}", ImageSamples.Encode(4, 4, name.Length + name[0]));
            folder.Write($"one/A/{name}", ImageSamples.Encode(4, 4, 100 + name.Length + name[0]));
        }

        // The same files made in another order, at another time, under another path.
        foreach (string name in names.Reverse())
        {
            File.Copy(folder.At("one", "A", name), Path.Combine(Directory.CreateDirectory(folder.At("two", "A")).FullName, name));
            File.Copy(folder.At("one", "b", name), Path.Combine(Directory.CreateDirectory(folder.At("two", "b")).FullName, name));
            File.SetLastWriteTimeUtc(folder.At("two", "A", name), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        ImageDataset one = await ReadAsync("one");
        Assert.Equal((22, 4), (one.Train.Count, one.Test.Count));
        Assert.Equal(2, one.Test.Labels.Count(label => label == 0));
        Assert.Equal(["A", "b"], one.ClassNames);
        Assert.Equal(one.Fingerprint, (await ReadAsync("two")).Fingerprint);
    }

    [Fact]
    public async Task Images_are_brought_to_the_size_and_colour_that_the_model_takes()
    {
        for (int i = 0; i < 6; i++)
        {
            folder.Write($"mixed/{(i % 2 == 0 ? "a" : "b")}/{i}.jpeg", ImageSamples.Encode(20 + i, 40, i, SKEncodedImageFormat.Jpeg));
        }

        ImageDataset read = await ReadAsync(DatasetRequest.Of(new JobSpec { Dataset = "images:" + folder.At("mixed") }));
        Assert.Equal((1, 28, 28), (read.Train.Channels, read.Train.Height, read.Train.Width));
        ImageDataset asked = await ReadAsync(DatasetRequest.Of(new JobSpec { Dataset = "images:" + folder.At("mixed"), ImageSize = "8x16", Grayscale = "no" }));
        Assert.Equal((3, 8, 16), (asked.Train.Channels, asked.Train.Height, asked.Train.Width));
        UserErrorException error = await Assert.ThrowsAsync<UserErrorException>(() => ReadAsync("mixed"));
        Assert.Contains("give an --image-size", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_with_the_same_files_elsewhere_has_the_jobs_data_and_one_with_others_is_refused()
    {
        ImageDataset digits = SyntheticDigits.Draw("synthetic:300", 300);
        Export(digits, "here/set");
        Export(digits, "there/set");
        byte[] changed = [.. digits.Train.Pixels];
        changed[400]++;
        Export(digits with { Train = digits.Train with { Pixels = changed } }, "other/set");
        var job = new JobSpec { Dataset = "images:set", Validation = 0.2, Seed = 3 };
        string fingerprint = (await new TrainingData(folder.At("here")).ResolveAsync(DatasetRequest.Of(job), null, CancellationToken.None)).Dataset.Fingerprint;
        job = job with { DatasetFingerprint = fingerprint };

        Assert.Equal(60, (await new TrainingData(folder.At("there")).LoadAsync(job, new Progress<string>(), CancellationToken.None)).Validation!.Count);
        UserErrorException error = await Assert.ThrowsAsync<UserErrorException>(() => new TrainingData(folder.At("other")).LoadAsync(job, new Progress<string>(), CancellationToken.None));
        Assert.Contains("has other contents than the job's", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<UserErrorException>(() => new TrainingData(folder.At("there")).LoadAsync(job with { Seed = 4 }, new Progress<string>(), CancellationToken.None));
        await Assert.ThrowsAsync<UserErrorException>(() => new TrainingData(folder.At("there")).LoadAsync(job with { ImageSize = "14x14" }, new Progress<string>(), CancellationToken.None));
    }

    [Fact]
    public async Task Relative_folder_is_in_the_data_directory_or_where_the_environment_says()
    {
        Export(SyntheticDigits.Draw("synthetic:300", 300), "here/set");
        DatasetPlaces[] good = [new(folder.At("here"), null, null, []), new(null, folder.At("here"), null, [])];
        foreach (DatasetPlaces places in good)
        {
            Assert.Equal(folder.At("here", "set"), (await CatalogOf(places).LoadAsync("images:set", null, CancellationToken.None)).Source);
        }

        var elsewhere = new DatasetPlaces(folder.Path, folder.At("here"), null, []);
        UserErrorException error = await Assert.ThrowsAsync<UserErrorException>(() => CatalogOf(elsewhere).LoadAsync("images:set", null, CancellationToken.None));
        Assert.Contains($"{folder.At("set")}: there is no such folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_are_out_of_order_or_no_file_names_get_numbers()
    {
        ImageDataset digits = SyntheticDigits.Draw("synthetic:10", 10);
        Assert.Equal("0 T-shirt-top", ClassFolders.Of(digits with { ClassNames = PublishedDatasets.FashionMnist.ClassNames })[0]);
        Assert.Equal("airplane", ClassFolders.Of(digits with { ClassNames = Training.Data.Cifar.CifarFormat.ClassNames })[0]);
        Assert.Equal("03", ClassFolders.Of(digits with { Train = digits.Train with { Classes = 11 } })[3]);
    }

    private static IEnumerable<string> Images(LabelledImages set) =>
        Enumerable.Range(0, set.Count).Select(i => $"{set.Labels[i]} {Convert.ToHexString(set.Image(i).Span)}");

    private static DatasetCatalog CatalogOf(DatasetPlaces places) => new(places, DatasetDownload.OverTheNetwork());

    private static Task<ImageDataset> ReadAsync(DatasetRequest request) => Read(request);

    private static async Task<ImageDataset> Read(DatasetRequest request) =>
        (await DatasetCatalog.OfThisMachine(null).ResolveAsync(request, null, CancellationToken.None)).Dataset;

    private ExportedDataset Export(ImageDataset data, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.At(name))!);
        return ImageExport.Write(data, folder.At(name), null, new Ignored(), TimeProvider.System, CancellationToken.None);
    }

    private Task<ImageDataset> ReadAsync(string name) => Read(new DatasetRequest("images:" + folder.At(name)));

    private sealed class Ignored : IProgress<string>
    {
        public void Report(string value)
        {
        }
    }
}
