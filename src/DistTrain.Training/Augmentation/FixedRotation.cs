namespace DistTrain.Training.Augmentation;

/// <summary>
/// Cosine and sine of an angle as whole numbers of 2^-16. Computed by additions, multiplications and divisions in a fixed order, each of which IEEE 754
/// defines to the last bit: the C library's functions differ from one machine to the next.
/// </summary>
internal readonly record struct FixedRotation(int Cosine, int Sine)
{
    public const int FractionBits = 16;

    /// <summary>Terms of the power series about 0; what the next one would add for half a turn is below 4e-9, a thousandth of the rounding to 2^-16.</summary>
    private const int Terms = 20;

    /// <param name="degrees">From -180 to 180.</param>
    public static FixedRotation Of(double degrees)
    {
        double angle = degrees * (Math.PI / 180);
        double cosine = 0;
        double sine = 0;
        double power = 1;
        for (int k = 0; k < Terms; k += 2)
        {
            // angle^k / k!, with the sign of the term.
            cosine += power;
            power *= angle / (k + 1);
            sine += power;
            power *= -angle / (k + 2);
        }

        return new FixedRotation(Fixed(cosine), Fixed(sine));
    }

    private static int Fixed(double value) => (int)Math.Round(value * (1 << FractionBits));
}
