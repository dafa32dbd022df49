using DistTrain.Training.Randomness;

namespace DistTrain.Training.Data.Synthetic;

/// <summary>From the unit square of a digit to pixels: scale, shear, rotation, translation.</summary>
internal readonly record struct Affine(double XX, double XY, double YX, double YY, double X, double Y)
{
    /// <summary>Tangent of half of 22 degrees.</summary>
    private const double LargestHalfTangent = 0.19438;

    public static Affine Draw(ref SplitMix64 random)
    {
        double height = random.Between(14.5, 22);
        double width = height * random.Between(0.6, 1.0);
        double shear = random.Between(-0.3, 0.3);

        // cos = (1 - t^2) / (1 + t^2) and sin = 2t / (1 + t^2) for t = tan(angle / 2): no library function needed.
        double t = random.Between(-LargestHalfTangent, LargestHalfTangent);
        double cos = (1 - (t * t)) / (1 + (t * t));
        double sin = 2 * t / (1 + (t * t));
        double skew = shear * height;
        return new Affine(
            cos * width,
            (cos * skew) - (sin * height),
            sin * width,
            (sin * skew) + (cos * height),
            (DigitPainter.Side * 0.5) + random.Between(-2.5, 2.5),
            (DigitPainter.Side * 0.5) + random.Between(-2.5, 2.5));
    }

    /// <summary>The middle of the unit square goes to (X, Y).</summary>
    public (double X, double Y) Map(double x, double y)
    {
        double u = x - 0.5;
        double v = y - 0.5;
        return (X + (XX * u) + (XY * v), Y + (YX * u) + (YY * v));
    }
}
