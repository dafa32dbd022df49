using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Idx;

namespace DistTrain.Tests.Data;

public sealed class IdxFolderTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Files_of_any_size_and_number_of_classes_are_read(bool gzip)
    {
        Write(gzip, [0, 1, 2, 25, 2], [25, 0]);
        ImageDataset read = await LoadAsync();
        Assert.Equal((5, 2, 1, 5, 7, 26), (read.Train.Count, read.Test.Count, read.Train.Channels, read.Train.Height, read.Train.Width, read.Train.Classes));
        Assert.Equal([25, 0], read.Test.Labels);
        Assert.Equal(Pixels(5, salt: 1), read.Train.Pixels);
    }

    [Fact]
    public async Task Two_hundred_and_fifty_six_classes_fit()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(label => (byte)label)];
        Write(gzip: true, all, all);
        Assert.Equal(256, (await LoadAsync()).Test.Classes);
    }

    [Fact]
    public Task Test_label_that_no_training_image_has_is_out_of_range()
    {
        Write(gzip: false, [0, 1, 2], [3]);
        return RefusedAsync("t10k-labels-idx1-ubyte: byte 8: label 3 is not one of the classes 0 to 2");
    }

    [Fact]
    public Task One_class_is_refused()
    {
        Write(gzip: false, [4, 4], [4]);
        return RefusedAsync("train-labels-idx1-ubyte: every label is 4");
    }

    [Fact]
    public Task Missing_file_is_named()
    {
        Write(gzip: false, [0, 1], [1]);
        File.Delete(folder.At("t10k-images-idx3-ubyte"));
        return RefusedAsync("it lacks t10k-images-idx3-ubyte.gz");
    }

    [Fact]
    public Task Empty_file_is_named()
    {
        Write(gzip: false, [0, 1], [1]);
        folder.Write("train-images-idx3-ubyte", []);
        return RefusedAsync("train-images-idx3-ubyte: byte 0");
    }

    [Fact]
    public async Task Folder_that_is_not_there_is_named() =>
        Assert.Contains("/no/such: there is no such folder", (await Assert.ThrowsAsync<UserErrorException>(() => DatasetCatalog.OfThisMachine(null).LoadAsync("idx:/no/such", null, CancellationToken.None))).Message, StringComparison.Ordinal);

    private static byte[] Pixels(int count, int salt)
    {
        byte[] pixels = new byte[count * 35];
        new Random(salt).NextBytes(pixels);
        return pixels;
    }

    private void Write(bool gzip, byte[] train, byte[] test)
    {
        string end = gzip ? ".gz" : "";
        using FileStream a = File.Create(folder.At("train-images-idx3-ubyte" + end));
        IdxWriter.WriteImages(a, new IdxImages(train.Length, 5, 7, Pixels(train.Length, salt: 1)), gzip);
        using FileStream b = File.Create(folder.At("train-labels-idx1-ubyte" + end));
        IdxWriter.WriteLabels(b, train, gzip);
        using FileStream c = File.Create(folder.At("t10k-images-idx3-ubyte" + end));
        IdxWriter.WriteImages(c, new IdxImages(test.Length, 5, 7, Pixels(test.Length, salt: 2)), gzip);
        using FileStream d = File.Create(folder.At("t10k-labels-idx1-ubyte" + end));
        IdxWriter.WriteLabels(d, test, gzip);
    }

    private Task<ImageDataset> LoadAsync() => DatasetCatalog.OfThisMachine(null).LoadAsync("idx:" + folder.Path, null, CancellationToken.None);

    private async Task RefusedAsync(string expected) =>
        Assert.Contains(expected, (await Assert.ThrowsAsync<UserErrorException>(LoadAsync)).Message, StringComparison.Ordinal);
}
