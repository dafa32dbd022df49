using DistTrain.Training.Randomness;

namespace DistTrain.Training.Data.Synthetic;

/// <summary>
/// Draws one digit: wobbles the points of its strokes, flattens the curves, maps them through a random affine, and
/// inks every pixel by its distance from the nearest segment. One instance a thread; its buffers are used again.
/// </summary>
/// <remarks>
/// Every image is the same bytes on every machine. So there is no sine, cosine or power here (their last bit is a
/// matter of the C library) and no vector code (whose width orders the sums): only integers and the double operations
/// that IEEE 754 rounds correctly, + - * / and the square root, which .NET does not fuse.
/// </remarks>
internal sealed class DigitPainter
{
    public const int Side = 28;

    private const int PiecesPerSpan = 5;
    private const double Wobble = 0.075;
    private const double Far = 1e9;

    private readonly double[] squaredDistance = new double[Side * Side];
    private readonly double[] wobbled = new double[64];

    /// <param name="pixels">Side x Side bytes, 0 for paper and 255 for full ink; overwritten.</param>
    public void Paint(int digit, ref SplitMix64 random, Span<byte> pixels)
    {
        Stroke[][] ways = DigitShapes.Ways[digit];
        Stroke[] strokes = ways[random.Below(ways.Length)];
        Affine page = Affine.Draw(ref random);
        double halfWidth = random.Between(0.6, 1.7);
        double ink = random.Between(120, 255);

        Array.Fill(squaredDistance, Far);
        foreach (Stroke stroke in strokes)
        {
            for (int i = 0; i < stroke.Points.Length; i++)
            {
                wobbled[i] = stroke.Points[i] + random.Between(-Wobble, Wobble);
            }

            Trace(stroke, page, halfWidth);
        }

        Ink(pixels, halfWidth, ink);
        AddNoise(pixels, ref random);
    }

    private void Trace(Stroke stroke, in Affine page, double halfWidth)
    {
        (double X, double Y) from = page.Map(wobbled[0], wobbled[1]);
        for (int span = 0; span + 1 < stroke.Count; span++)
        {
            int pieces = stroke.Curved ? PiecesPerSpan : 1;
            for (int piece = 1; piece <= pieces; piece++)
            {
                double t = (double)piece / pieces;
                (double X, double Y) to = page.Map(At(stroke, span, 0, t), At(stroke, span, 1, t));
                Approach(from, to, halfWidth + 1);
                from = to;
            }
        }
    }

    /// <summary>One coordinate at 0..1 of the way between two neighbouring points of a stroke.</summary>
    private double At(Stroke stroke, int span, int axis, double t)
    {
        double b = wobbled[(2 * span) + axis];
        double c = wobbled[(2 * (span + 1)) + axis];
        if (!stroke.Curved)
        {
            return b + ((c - b) * t);
        }

        // Uniform Catmull-Rom; an end point stands in for the neighbour that it lacks.
        double a = wobbled[(2 * Math.Max(0, span - 1)) + axis];
        double d = wobbled[(2 * Math.Min(stroke.Count - 1, span + 2)) + axis];
        double quadratic = (2 * a) - (5 * b) + (4 * c) - d;
        double cubic = (3 * (b - c)) + d - a;
        return b + (0.5 * t * ((c - a) + (t * (quadratic + (t * cubic)))));
    }

    /// <summary>Lowers the distance of the pixels near a segment, in pixels squared.</summary>
    private void Approach((double X, double Y) from, (double X, double Y) to, double reach)
    {
        int left = Clamp(Math.Min(from.X, to.X) - reach);
        int right = Clamp(Math.Max(from.X, to.X) + reach);
        int top = Clamp(Math.Min(from.Y, to.Y) - reach);
        int bottom = Clamp(Math.Max(from.Y, to.Y) + reach);
        double alongX = to.X - from.X;
        double alongY = to.Y - from.Y;
        double length = (alongX * alongX) + (alongY * alongY);
        double inverse = length > 0 ? 1 / length : 0;
        for (int y = top; y <= bottom; y++)
        {
            double fromY = y + 0.5 - from.Y;
            for (int x = left; x <= right; x++)
            {
                double fromX = x + 0.5 - from.X;
                double t = Math.Clamp(((fromX * alongX) + (fromY * alongY)) * inverse, 0, 1);
                double offX = fromX - (t * alongX);
                double offY = fromY - (t * alongY);
                double squared = (offX * offX) + (offY * offY);
                int pixel = (y * Side) + x;
                if (squared < squaredDistance[pixel])
                {
                    squaredDistance[pixel] = squared;
                }
            }
        }
    }

    private static int Clamp(double coordinate) => (int)Math.Clamp(coordinate, 0, Side - 1);

    private void Ink(Span<byte> pixels, double halfWidth, double ink)
    {
        for (int i = 0; i < pixels.Length; i++)
        {
            double squared = squaredDistance[i];
            double covered = squared >= Far ? 0 : Math.Clamp(halfWidth + 0.5 - Math.Sqrt(squared), 0, 1);
            pixels[i] = (byte)((covered * ink) + 0.5);
        }
    }

    /// <summary>Adds noise with a triangular distribution, up to a level drawn for the image; eight bytes a draw.</summary>
    private static void AddNoise(Span<byte> pixels, ref SplitMix64 random)
    {
        int level = random.Below(81);
        ulong bits = 0;
        for (int i = 0; i < pixels.Length; i++)
        {
            bits = i % 4 == 0 ? random.Next() : bits >> 16;
            int triangular = (int)(bits & 255) + (int)((bits >> 8) & 255) - 255;
            pixels[i] = (byte)Math.Clamp(pixels[i] + (triangular * level / 255), 0, 255);
        }
    }
}
