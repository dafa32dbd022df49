using CsCheck;
using DistTrain.Node.Predicting;
using DistTrain.Tests.Data;
using DistTrain.Training.Data;

namespace DistTrain.Tests.Predicting;

public sealed class CentringTests
{
    [Fact]
    public void Content_fills_20_x_20_in_its_proportions_and_its_centre_of_mass_is_in_the_middle()
    {
        var rectangles = Gen.Select(Gen.Int[1, 90], Gen.Int[1, 90], Gen.Int[0, 9], Gen.Int[0, 9]);
        rectangles.Sample((width, height, left, top) =>
        {
            PixelPlane centred = Centring.Centre(Block(100, 100, left, top, width, height), 28, 28)!;

            int longer = Math.Max(width, height);
            (int wide, int high) = (Math.Max(1, (int)Math.Round(20.0 * width / longer)), Math.Max(1, (int)Math.Round(20.0 * height / longer)));
            Assert.Equal(wide * high, centred.Values.Count(value => value == 255));
            Assert.Equal((28 * 28) - (wide * high), centred.Values.Count(value => value == 0));
            (double x, double y) = Mass(centred);
            Assert.InRange(x, 13.49, 14.51);
            Assert.InRange(y, 13.49, 14.51);
        });
    }

    [Fact]
    public void Where_the_content_was_and_how_large_and_bright_does_not_matter()
    {
        // An L: its centre of mass is not that of its box.
        PixelPlane Letter(int scale, int left, int top, byte ink) =>
            new(200, 200, [.. Enumerable.Range(0, 200 * 200).Select(i => IsInk(((i % 200) - left) / (double)scale, ((i / 200) - top) / (double)scale) ? ink : (byte)20)]);
        static bool IsInk(double x, double y) => x >= 0 && y >= 0 && x < 5 && y < 10 && (x < 2 || y >= 8);

        PixelPlane one = Centring.Centre(Letter(2, 3, 5, 200), 28, 28)!;
        PixelPlane other = Centring.Centre(Letter(16, 40, 30, 90), 28, 28)!;

        Assert.Equal(one.Values.Length, other.Values.Length);
        Assert.All(one.Values.Zip(other.Values), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        (double x, double y) = Mass(one);
        Assert.InRange(x, 13.5, 14.5);
        Assert.InRange(y, 13.5, 14.5);
    }

    [Fact]
    public void Picture_of_one_colour_has_nothing_to_centre() => Assert.Null(Centring.Centre(Block(5, 5, 0, 0, 5, 5), 28, 28));

    [Fact]
    public async Task MNIST_is_where_it_would_be_put()
    {
        Assert.SkipWhen(TestData.RealMnist() is null, "needs the real MNIST: set DISTTRAIN_DATA");
        ImageDataset mnist = await DatasetCatalog.OfThisMachine(TestData.RealMnist()).LoadAsync("mnist", null, CancellationToken.None);

        int same = 0;
        for (int n = 0; n < 500; n++)
        {
            byte[] digit = mnist.Test.Pixels.AsSpan(n * 784, 784).ToArray();
            PixelPlane centred = Centring.Centre(new PixelPlane(28, 28, digit), 28, 28)!;
            (double x, double y) = Mass(new PixelPlane(28, 28, digit));
            (double ofCentred, double ofCentredY) = Mass(centred);
            Assert.Equal(x, ofCentred, 1.0);
            Assert.Equal(y, ofCentredY, 1.0);
            same += digit.Zip(centred.Values).All(pair => Math.Abs(pair.First - pair.Second) < 2) ? 1 : 0;
        }

        // Faint edges are background to us, so boxes of some digits are a pixel smaller.
        Assert.True(same > 440, $"{same} of 500 digits stayed as they were");
    }

    private static PixelPlane Block(int width, int height, int left, int top, int across, int down) =>
        new(width, height, [.. Enumerable.Range(0, width * height).Select(i => i % width >= left && i % width < left + across && i / width >= top && i / width < top + down ? (byte)255 : (byte)0)]);

    private static (double X, double Y) Mass(PixelPlane plane)
    {
        double mass = plane.Values.Sum(value => (double)value);
        return (plane.Values.Select((value, i) => value * (double)(i % plane.Width)).Sum() / mass, plane.Values.Select((value, i) => value * (double)(i / plane.Width)).Sum() / mass);
    }
}
