using CsCheck;
using DistTrain.Node.Commands;
using DistTrain.Node.Hosting;
using DistTrain.Node.Predicting;
using DistTrain.Node.Trained;
using DistTrain.Tests.Runs;
using DistTrain.Tests.Trained;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Images;
using DistTrain.Training.Data.Shaping;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;
using DistTrain.Training.Scores;
using SkiaSharp;

namespace DistTrain.Tests.Predicting;

public sealed class RunPredictionTests : IDisposable
{
    private const int Shown = 20;

    private static readonly LabelledImages Test = TrainedCheckpoint.Digits.Test;

    private readonly TemporaryFolder folder = new();
    private readonly string model;
    private readonly float[] expected_NK;

    public RunPredictionTests()
    {
        model = TrainedCheckpoint.Write(folder.In("m.safetensors"), TrainedCheckpoint.Of("lenet5", "modern"));
        TrainedModel trained = TrainedModel.Open(model);
        using var inference = new Inference(trained, trained.Checkpoint.Normalisation!, 1);
        expected_NK = inference.Logits(Test, CancellationToken.None);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(5, false)]
    [InlineData(3, true)]
    public async Task Test_images_as_files_are_seen_as_in_an_evaluation(int enlarged, bool inverted)
    {
        string[] files = [.. Enumerable.Range(0, Shown).Select(n => Write($"{n}.png", TestPicture.Encode(Digit(n), 28, enlarged, inverted)))];

        Prediction[] found = await PredictAsync(new PredictOptions(model, files, inverted, Centre: false, 1));

        Assert.Equal(files, found.Select(each => each.Image));
        for (int n = 0; n < Shown; n++)
        {
            Assert.Null(found[n].Error);
            Assert.Equal(expected_NK[(10 * n)..(10 * (n + 1))], found[n].Logits);
            Assert.Equal(Softmax.Probabilities(expected_NK.AsSpan(10 * n, 10)), found[n].Probabilities);
        }
    }

    /// <summary>Its classes are independent, but what is shown adds up.</summary>
    [Fact]
    public async Task Network_of_binary_cross_entropy_gives_shares_of_its_sigmoids()
    {
        var job = new JobSpec { Model = "mlp:784-20-10", Activation = "tanh", Loss = "bce", Dataset = TrainedCheckpoint.Dataset };
        string other = TrainedCheckpoint.Write(folder.In("bce.safetensors"), TrainedCheckpoint.Of(job));

        Prediction found = Assert.Single(await PredictAsync(new PredictOptions(other, [Write("a.png", TestPicture.Encode(Digit(3), 28))], false, false, 1)));

        double[] sigmoids = [.. found.Logits.Select(z => 1 / (1 + Math.Exp(-z)))];
        Assert.Equal(1, found.Probabilities.Sum(), 1e-12);
        Assert.All(sigmoids.Zip(found.Probabilities), pair => Assert.Equal(pair.First / sigmoids.Sum(), pair.Second, 1e-12));
        Assert.NotEqual(1, sigmoids.Sum(), 1e-3);
    }

    [Fact]
    public async Task JPEG_is_seen_almost_the_same()
    {
        string file = Write("a.jpg", TestPicture.Encode(Digit(3), 28, 8, inverted: false, SKEncodedImageFormat.Jpeg));

        Prediction found = Assert.Single(await PredictAsync(new PredictOptions(model, [file], false, false, 1)));

        double[] expected = Softmax.Probabilities(expected_NK.AsSpan(30, 10));
        Assert.All(expected.Zip(found.Probabilities), pair => Assert.Equal(pair.First, pair.Second, 0.1));
    }

    [Fact]
    public async Task Centred_content_may_be_anywhere_in_the_picture()
    {
        // The same digit, small in a corner and large in the middle of another picture.
        byte[] digit = Digit(7).ToArray();
        byte At(int x, int y, int left, int top, int scale) =>
            (x - left) / scale is >= 0 and < 28 && (y - top) / scale is >= 0 and < 28 && x >= left && y >= top ? digit[((y - top) / scale * 28) + ((x - left) / scale)] : (byte)0;
        string small = Write("small.png", TestPicture.Encode(200, 120, (x, y) => At(x, y, 10, 60, 2)));
        string large = Write("large.png", TestPicture.Encode(300, 400, (x, y) => At(x, y, 20, 90, 10)));

        Prediction[] found = await PredictAsync(new PredictOptions(model, [small, large], false, Centre: true, 1));

        Assert.All(found[0].Probabilities.Zip(found[1].Probabilities), pair => Assert.Equal(pair.First, pair.Second, 0.02));
    }

    [Fact]
    public async Task Standard_input_is_read_and_its_errors_are_named()
    {
        Func<Stream> good = () => new MemoryStream(TestPicture.Encode(Digit(0), 28));
        Func<Stream> empty = () => Stream.Null;

        Prediction read = Assert.Single(await PredictAsync(new PredictOptions(model, ["-"], false, false, 1), good));
        Prediction nothing = Assert.Single(await PredictAsync(new PredictOptions(model, ["-"], false, false, 1), empty));

        Assert.Equal(expected_NK[..10], read.Logits);
        Assert.Equal("standard input: the file is empty; replace it with a good copy, or remove it", nothing.Error);
    }

    [Fact]
    public async Task Bad_images_cost_the_others_nothing()
    {
        byte[] png = TestPicture.Encode(Digit(0), 28);
        (string File, string Says)[] images =
        [
            (Write("good.png", png), ""),
            (folder.In("absent.png"), "cannot be read"),
            (folder.Path, "it is a folder"),
            (Write("empty.png", []), "the file is empty"),
            (Write("text.png", "not a picture"u8.ToArray()), "neither a PNG nor a JPEG"),
            (Write("short.png", png[..(png.Length / 2)]), "short.png: the file ends before the image does"),
            (Write("x.webp", TestPicture.Encode(28, 28, (x, y) => (byte)(8 * x), SKEncodedImageFormat.Webp)), "neither a PNG nor a JPEG"),
            (Write("bomb.png", Bomb(png)), "60000 x 60000"),
            (Write("good2.png", png), ""),
        ];

        Prediction[] found = await PredictAsync(new PredictOptions(model, [.. images.Select(image => image.File)], false, false, 1));

        Assert.Equal(images.Length, found.Length);
        foreach ((Prediction prediction, (string file, string says)) in found.Zip(images))
        {
            Assert.Equal(says.Length == 0, prediction.Error is null);
            Assert.Contains(says, prediction.Error ?? "", StringComparison.Ordinal);
            Assert.Contains(says.Length == 0 ? "" : file, prediction.Error ?? "", StringComparison.Ordinal);
            Assert.DoesNotContain('\n', prediction.Error ?? "");
        }
    }

    [Fact]
    public async Task One_colour_is_nothing_to_centre_and_a_bright_border_is_remarked()
    {
        string white = Write("white.png", TestPicture.Encode(30, 30, (_, _) => 255));

        Prediction centred = Assert.Single(await PredictAsync(new PredictOptions(model, [white], false, Centre: true, 1)));
        Prediction plain = Assert.Single(await PredictAsync(new PredictOptions(model, [white], false, Centre: false, 1)));
        Prediction inverted = Assert.Single(await PredictAsync(new PredictOptions(model, [white], Invert: true, Centre: false, 1)));

        Assert.Equal($"{white}: it is of one colour, so there is nothing to centre", centred.Error);
        Assert.Contains("--invert", plain.Hint, StringComparison.Ordinal);
        Assert.Null(inverted.Hint);
    }

    [Fact]
    public void Any_bytes_are_a_picture_or_a_one_line_error()
    {
        byte[][] seeds = [TestPicture.Encode(Digit(1), 28), TestPicture.Encode(Digit(2), 28, 2, format: SKEncodedImageFormat.Jpeg)];
        var damaged =
            from which in Gen.Int[0, 1]
            let seed = seeds[which]
            from length in Gen.Int[0, seed.Length]
            from places in Gen.Select(Gen.Int[0, seed.Length - 1], Gen.Byte).Array[0, 8]
            select Damage(seed, length, places);
        damaged.Sample(
            bytes =>
            {
                try
                {
                    DecodedImage picture = ImageDecoder.Decode(new MemoryStream(bytes), "f.png", background: 0, ImagePreparation.MostPixels);
                    return picture.Pixels.Length == 3 * picture.Size.Width * picture.Size.Height;
                }
                catch (DistTrain.Training.UserErrorException error)
                {
                    return error.Message.StartsWith("f.png: ", StringComparison.Ordinal) && !error.Message.Contains('\n', StringComparison.Ordinal);
                }
            },
            iter: 2000);
    }

    [Fact]
    public async Task Network_that_says_no_classes_is_refused_with_what_to_do_instead()
    {
        string autoencoder = TrainedCheckpoint.Write(folder.In("a.safetensors"), TrainedCheckpoint.Of("autoencoder:8", "modern", steps: 1));

        var error = await Assert.ThrowsAsync<DistTrain.Training.UserErrorException>(() => PredictAsync(new PredictOptions(autoencoder, ["x.png"], Invert: false, Centre: false, Threads: 1)));

        Assert.Contains("autoencoder:8 gives images back and says no classes; 'disttrain evaluate", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(28, 28)]
    [InlineData(61, 61)]
    [InlineData(9, 9)]
    public async Task File_is_to_a_prediction_what_it_was_to_training(int width, int height)
    {
        Directory.CreateDirectory(folder.In("set/0"));
        Directory.CreateDirectory(folder.In("set/1"));
        string file = Write("set/0/a.png", TestPicture.Transparent(width, height, salt: 1));
        Write("set/0/b.png", TestPicture.Transparent(width, height, salt: 2));
        Write("set/1/a.png", TestPicture.Transparent(width, height, salt: 3));
        Write("set/1/b.png", TestPicture.Transparent(width, height, salt: 4));
        var request = new DatasetRequest($"images:{folder.In("set")}") { Size = new ImageSize(28, 28), Grayscale = true };
        ImageDataset set = (await new TrainingData(null).ResolveAsync(request, null, CancellationToken.None)).Dataset;

        using var stream = new MemoryStream(File.ReadAllBytes(file));
        LabelledImages seen = new ImagePreparation(ModelCatalog.Find("lenet5", "modern"), invert: false, centre: false).Prepare(stream, file, out _);

        LabelledImages[] all = [set.Train, set.Test];
        Assert.Contains(all.SelectMany(part => Enumerable.Range(0, part.Count).Select(i => part.Image(i))), image => image.Span.SequenceEqual(seen.Pixels));
    }

    [Fact]
    public void Transparent_pixels_are_background()
    {
        byte[] png = TestPicture.Of(2, 1, (x, _) => x == 0 ? new SKColor(200, 200, 200, 0) : new SKColor(10, 10, 10, 255));

        Assert.Equal([0, 10], ImageShaping.Grey(ImageDecoder.Decode(new MemoryStream(png), "p", 0, 100).Pixels));
        Assert.Equal([255, 10], ImageShaping.Grey(ImageDecoder.Decode(new MemoryStream(png), "p", 255, 100).Pixels));
    }

    public void Dispose() => folder.Dispose();

    private static ReadOnlySpan<byte> Digit(int n) => Test.Pixels.AsSpan(784 * n, 784);

    private static byte[] Damage(byte[] seed, int length, (int Place, byte Value)[] changes)
    {
        byte[] bytes = [.. seed];
        foreach ((int place, byte value) in changes)
        {
            bytes[place] = value;
        }

        return bytes[..length];
    }

    /// <summary>A small file that says it has 3.6 thousand million pixels.</summary>
    private static byte[] Bomb(byte[] png)
    {
        byte[] bytes = [.. png];
        new byte[] { 0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60 }.CopyTo(bytes, 16);
        uint crc = System.IO.Hashing.Crc32.HashToUInt32(bytes.AsSpan(12, 17));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(29), crc);
        return bytes;
    }

    private static async Task<Prediction[]> PredictAsync(PredictOptions options, Func<Stream>? standardInput = null)
    {
        var found = new List<Prediction>();
        await foreach (Prediction prediction in RunPrediction.PredictAsync(options, standardInput ?? (() => Stream.Null), CancellationToken.None))
        {
            found.Add(prediction);
        }

        return [.. found];
    }

    private string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(folder.In(name), bytes);
        return folder.In(name);
    }
}
