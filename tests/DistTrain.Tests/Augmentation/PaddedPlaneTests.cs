using CsCheck;
using DistTrain.Training.Augmentation;

namespace DistTrain.Tests.Augmentation;

public sealed class PaddedPlaneTests
{
    private const int Most = 4;
    private const float Black = -0.42f;

    private static readonly Gen<(int Height, int Width)> Sizes = Gen.Select(Gen.Int[1, 34], Gen.Int[1, 34]);

    private static readonly Gen<(int Height, int Width, float[] Pixels, int Right, int Down, bool Mirrored)> Cases =
        from size in Sizes
        from pixels in Gen.Float[-1, 3].Array[size.Height * size.Width]
        from right in Gen.Int[-Most, Most]
        from down in Gen.Int[-Most, Most]
        from mirrored in Gen.Bool
        select (size.Height, size.Width, pixels, right, down, mirrored);

    [Fact]
    public void Shift_by_whole_pixels_is_exact_and_what_comes_in_is_black() => Cases.Sample(c =>
    {
        float[] moved = Moved(c.Height, c.Width, c.Pixels, new Motion(c.Right, c.Down, 0, c.Mirrored), turns: false);

        AssertBits(Expected(c.Height, c.Width, c.Pixels, (x, y) => (c.Mirrored ? c.Width - 1 - x + c.Right : x - c.Right, y - c.Down)), moved);
    });

    /// <summary>An angle too small for 2^-16 goes the way of interpolation, and gives the same bits.</summary>
    [Fact]
    public void Turn_by_almost_nothing_has_the_bits_of_a_shift() => Cases.Sample(c =>
    {
        float[] shifted = Moved(c.Height, c.Width, c.Pixels, new Motion(c.Right, c.Down, 0, c.Mirrored), turns: true);
        float[] turned = Moved(c.Height, c.Width, c.Pixels, new Motion(c.Right, c.Down, 1e-9, c.Mirrored), turns: true);

        AssertBits(shifted, turned);
    });

    [Fact]
    public void Turn_by_half_a_circle_reverses_both_sides() => Cases.Sample(c =>
        AssertBits(
            Expected(c.Height, c.Width, c.Pixels, (x, y) => (c.Width - 1 - x, c.Height - 1 - y)),
            Moved(c.Height, c.Width, c.Pixels, new Motion(0, 0, 180, false), turns: true)));

    [Fact]
    public void Turn_by_a_quarter_is_clockwise() => Gen.Float[-1, 3].Array[28 * 28].Sample(pixels =>
    {
        float[] clockwise = Moved(28, 28, pixels, new Motion(0, 0, 90, false), turns: true);
        float[] counterclockwise = Moved(28, 28, pixels, new Motion(0, 0, -90, false), turns: true);

        AssertBits(Expected(28, 28, pixels, (x, y) => (y, 27 - x)), clockwise);
        AssertBits(Expected(28, 28, pixels, (x, y) => (27 - y, x)), counterclockwise);
    });

    /// <summary>Any angle: each pixel is what float64 and the library's sine say, but for rounding; and no pixel is read from outside the plane.</summary>
    [Fact]
    public void Turn_by_any_angle_interpolates_between_the_four_pixels_around() =>
        Gen.Select(Cases, Gen.Double[-180, 180]).Sample((c, degrees) =>
        {
            float[] moved = Moved(c.Height, c.Width, c.Pixels, new Motion(c.Right, c.Down, degrees, c.Mirrored), turns: true);

            (double sine, double cosine) = Math.SinCos(degrees * Math.PI / 180);
            for (int y = 0; y < c.Height; y++)
            {
                for (int x = 0; x < c.Width; x++)
                {
                    double u = x - ((c.Width - 1) / 2.0) - c.Right;
                    double v = y - ((c.Height - 1) / 2.0) - c.Down;
                    double fromX = ((c.Width - 1) / 2.0) + ((c.Mirrored ? -1 : 1) * ((cosine * u) + (sine * v)));
                    double fromY = ((c.Height - 1) / 2.0) + (cosine * v) - (sine * u);

                    // Neighbours differ by up to 4, and a place is exact to 2^-16 times its distance from the centre.
                    Assert.Equal(Interpolated(c.Height, c.Width, c.Pixels, fromX, fromY), moved[(y * c.Width) + x], 8e-3);
                }
            }
        });

    /// <summary>A dark border is as wide as a turn reaches: what an image weighs changes little.</summary>
    [Fact]
    public void Turn_of_an_image_in_the_middle_keeps_its_mass() => Gen.Double[-180, 180].Sample(degrees =>
    {
        float[] pixels = new float[28 * 28];
        for (int y = 9; y < 19; y++)
        {
            for (int x = 8; x < 20; x++)
            {
                pixels[(y * 28) + x] = 1 + (0.1f * (x % 3));
            }
        }

        float[] moved = Moved(28, 28, pixels, new Motion(1, -1, degrees, false), turns: true, black: 0);

        Assert.InRange(moved.Sum() / pixels.Sum(), 0.98, 1.02);
    });

    [Fact]
    public void Plane_remembers_nothing_of_the_image_before()
    {
        var plane = new PaddedPlane(9, 7, Most, Most, turns: true, Black);
        float[] bright = [.. Enumerable.Repeat(7f, 63)];
        plane.Move(bright, new Motion(2, 2, 30, true), FixedRotation.Of(30));
        float[] pixels = [.. Enumerable.Range(0, 63).Select(i => i / 63f)];
        float[] second = [.. pixels];

        plane.Move(second, new Motion(-3, 1, 75, false), FixedRotation.Of(75));

        AssertBits(Moved(9, 7, pixels, new Motion(-3, 1, 75, false), turns: true), second);
    }

    private static float[] Moved(int height, int width, float[] pixels, Motion motion, bool turns, float black = Black)
    {
        float[] moved = [.. pixels];
        new PaddedPlane(height, width, Most, Most, turns, black).Move(moved, motion, FixedRotation.Of(motion.Degrees));
        return moved;
    }

    private static float[] Expected(int height, int width, float[] pixels, Func<int, int, (int X, int Y)> from) =>
        [.. Enumerable.Range(0, height * width).Select(p => from(p % width, p / width)).Select(at => At(height, width, pixels, at.X, at.Y))];

    private static float At(int height, int width, float[] pixels, int x, int y) =>
        x >= 0 && x < width && y >= 0 && y < height ? pixels[(y * width) + x] : Black;

    private static double Interpolated(int height, int width, float[] pixels, double x, double y)
    {
        int left = (int)Math.Floor(x);
        int top = (int)Math.Floor(y);
        double At(int dx, int dy) => PaddedPlaneTests.At(height, width, pixels, left + dx, top + dy);
        double upper = At(0, 0) + ((x - left) * (At(1, 0) - At(0, 0)));
        double lower = At(0, 1) + ((x - left) * (At(1, 1) - At(0, 1)));
        return upper + ((y - top) * (lower - upper));
    }

    private static void AssertBits(float[] expected, float[] actual) =>
        Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), actual.Select(BitConverter.SingleToInt32Bits));
}
