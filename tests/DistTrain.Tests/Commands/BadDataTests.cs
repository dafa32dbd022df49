using DistTrain.Tests.Data;
using SkiaSharp;

namespace DistTrain.Tests.Commands;

/// <summary>Folders of images that cannot be used, through the command line.</summary>
public sealed class BadDataTests : IDisposable
{
    private static readonly byte[] Good = ImageSamples.Encode(32, 32, 1);
    private static readonly byte[] Photograph = ImageSamples.Encode(32, 32, 2, SKEncodedImageFormat.Jpeg);

    private readonly TestFolder folder = new();

    public BadDataTests()
    {
        foreach (string name in new[] { "a/1.png", "a/2.png", "b/1.png", "b/2.png" })
        {
            folder.Write("set/" + name, Good);
        }
    }

    public static TheoryData<string, byte[], string> BadFiles => new()
    {
        { "a/3.png", [], "the file is empty" },
        { "a/3.png", "not an image"u8.ToArray(), "neither a PNG nor a JPEG" },
        { "b/3.jpg", "GIF89a and so on"u8.ToArray(), "neither a PNG nor a JPEG" },
        { "b/3.png", Good[..^200], "the file ends before the image does" },
        { "b/3.png", Good[..20], "its header cannot be read" },
        { "b/3.png", [.. Good[..1000], .. new byte[200], .. Good[1200..]], "the image is damaged" },
        { "b/3.JPEG", Photograph[..(Photograph.Length / 2)], "the file ends before the image does" },
        { "a/3.png", ImageSamples.PngOf(100_000, 100_000), "an image of 100000 x 100000 pixels" },
        { "a/3.png", ImageSamples.PngOf(0x7fffffff, 0x7fffffff), "pixels are decoded" },
        { "a/3.png", ImageSamples.PngOf(0, 5), "an image of 5 x 0 pixels" },
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(BadFiles))]
    public async Task Bad_file_is_named_in_one_line(string name, byte[] content, string expected)
    {
        string path = folder.Write("set/" + name, content);
        await RefusedAsync(path, expected, "--image-size", "28x28", "--grayscale");
        await RefusedAsync(path, expected);
    }

    [Fact]
    public async Task Good_folder_is_not_refused()
    {
        using var run = new CommandRun();
        Assert.Equal(0, await run.RunAsync("data", "show", "images:" + folder.At("set"), "--output", folder.At("out.png")));
        Assert.Contains("2 training and 2 test images of 3x32x32, 2 classes", run.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.At("out.png")));
    }

    [Fact]
    public Task Folder_with_one_class_is_named()
    {
        Directory.Delete(folder.At("set", "b"), recursive: true);
        return RefusedAsync(folder.At("set"), "'a' is its only class");
    }

    [Fact]
    public Task Folder_without_classes_is_named()
    {
        Directory.Delete(folder.At("set", "a"), recursive: true);
        Directory.Delete(folder.At("set", "b"), recursive: true);
        return RefusedAsync(folder.At("set"), "it has no folders");
    }

    [Fact]
    public Task Empty_class_is_named()
    {
        Directory.CreateDirectory(folder.At("set", "c"));
        return RefusedAsync(folder.At("set", "c"), "no image is in the folder of this class");
    }

    [Fact]
    public Task Class_with_one_image_cannot_be_parted()
    {
        folder.Write("set/c/1.png", Good);
        return RefusedAsync(folder.At("set", "c"), "one image cannot be parted");
    }

    [Fact]
    public Task Folder_with_too_many_classes_is_named()
    {
        for (int i = 0; i < 256; i++)
        {
            Directory.CreateDirectory(folder.At("set", $"c{i}"));
        }

        return RefusedAsync(folder.At("set"), "258 classes; at most 256");
    }

    [Fact]
    public Task Training_part_without_a_test_part_is_named()
    {
        folder.Write("set/train/a/1.png", Good);
        return RefusedAsync(folder.At("set"), "it has 'train' but no 'test'");
    }

    [Theory]
    [InlineData("train/a train/b test/a", "test: the class 'b' is missing")]
    [InlineData("train/a train/b test/a test/b test/c", "there is no class 'c'")]
    public Task Parts_with_different_classes_are_named(string folders, string expected)
    {
        foreach (string name in folders.Split(' '))
        {
            folder.Write($"parted/{name}/1.png", Good);
        }

        return RefusedInAsync("parted", folder.At("parted"), expected);
    }

    [Theory]
    [InlineData("set/c", "set/c", "a link that leads nowhere, or in a circle")]
    [InlineData("set/a/self.png", "set/a/self.png", "a link that leads nowhere, or in a circle")]
    [InlineData("set/a/up", "set", "a folder within the folder of a class")]
    public Task Circle_of_links_is_named(string link, string target, string expected)
    {
        File.CreateSymbolicLink(folder.At(link), folder.At(target));
        return RefusedAsync(folder.At(link), expected);
    }

    [Fact]
    public Task Folder_that_is_not_there_is_named() => RefusedInAsync("nowhere", folder.At("nowhere"), "there is no such folder");

    [Fact]
    public async Task Export_into_a_folder_that_holds_something_is_refused()
    {
        using var run = new CommandRun();
        Assert.Equal(2, await run.RunAsync("data", "export", "synthetic:60", "--output", folder.At("set")));
        Assert.Contains($"{folder.At("set")}: it is there and not an empty folder", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.At("set")).Length);
    }

    private Task RefusedAsync(string named, string expected, params string[] options) => RefusedInAsync("set", named, expected, options);

    private async Task RefusedInAsync(string set, string named, string expected, params string[] options)
    {
        using var run = new CommandRun();
        int code = await run.RunAsync(["data", "show", "images:" + folder.At(set), "--output", folder.At("out.png"), .. options]);
        Assert.Equal(2, code);
        string line = Assert.Single(run.ErrorLines);
        Assert.Contains(named, line, StringComparison.Ordinal);
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.Equal("", run.Out);
        Assert.False(File.Exists(folder.At("out.png")));
    }
}
