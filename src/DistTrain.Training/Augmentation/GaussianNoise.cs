using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DistTrain.Training.Augmentation;

/// <summary>
/// Numbers that are normally distributed, but for being one of 8,192 equally probable ones: a sign, and the median of one of 4,096 slices of |z| of equal
/// probability, scaled so that the standard deviation is 1. The largest is 3.9.
/// </summary>
/// <remarks>
/// A random number is 16 bits, 12 for the slice and one for the sign, so a block of <see cref="AugmentationDraw"/> gives sixteen. The table is made by
/// additions, multiplications, divisions and square roots alone: the same bits on every machine.
/// </remarks>
internal sealed class GaussianNoise
{
    public const int Slices = 4096;

    private const int PerBlock = 16;

    private readonly float[] magnitudes = Magnitudes();

    /// <summary>Adds the noise of one channel.</summary>
    /// <param name="channel">H x W.</param>
    /// <param name="deviation">Standard deviation of what is added.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(Span<float> channel, float deviation, AugmentationKey key, int number)
    {
        ulong purpose = AugmentationDraw.Noise + (ulong)number;
        Span<float> last = stackalloc float[PerBlock];
        for (int first = 0; first < channel.Length; first += PerBlock)
        {
            (ulong a, ulong b, ulong c, ulong d) = AugmentationDraw.Block(key, purpose, first / PerBlock);
            bool whole = first + PerBlock <= channel.Length;
            Span<float> sixteen = whole ? channel.Slice(first, PerBlock) : last;
            if (!whole)
            {
                channel[first..].CopyTo(last);
            }

            AddFour(sixteen, deviation, a);
            AddFour(sixteen[4..], deviation, b);
            AddFour(sixteen[8..], deviation, c);
            AddFour(sixteen[12..], deviation, d);
            if (!whole)
            {
                last[..(channel.Length - first)].CopyTo(channel[first..]);
            }
        }
    }

    /// <summary>A standard normal number.</summary>
    /// <param name="bits">Sixteen random ones.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Of(uint bits)
    {
        // Without a check of bounds: twelve bits are always within the table. The sixteenth becomes the sign.
        float magnitude = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(magnitudes), (nint)(bits & (Slices - 1)));
        return BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(magnitude) | ((bits & 0x8000) << 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddFour(Span<float> values, float deviation, ulong bits)
    {
        values[0] += deviation * Of((uint)bits & 0xffff);
        values[1] += deviation * Of((uint)(bits >> 16) & 0xffff);
        values[2] += deviation * Of((uint)(bits >> 32) & 0xffff);
        values[3] += deviation * Of((uint)(bits >> 48));
    }

    private static float[] Magnitudes()
    {
        var medians = new double[Slices];
        double x = 0;
        double squares = 0;
        for (int slice = 0; slice < Slices; slice++)
        {
            medians[slice] = x = Quantile((slice + 0.5) / Slices, x);
            squares += x * x;
        }

        double scale = 1 / Math.Sqrt(squares / Slices);
        return [.. medians.Select(median => (float)(median * scale))];
    }

    /// <summary>The x that |z| is below with this probability, by Newton's method: the distribution is concave, so each step comes nearer from below.</summary>
    /// <param name="below">A number that is not above x.</param>
    private static double Quantile(double probability, double below)
    {
        double x = below;
        while (true)
        {
            (double distribution, double density) = HalfNormal(x);
            double next = x + ((probability - distribution) / density);
            if (!(next > x))
            {
                return x;
            }

            x = next;
        }
    }

    /// <summary>
    /// Distribution and density of |z|: P = p (x + x^3/3 + x^5/(3 5) + ...) with p = sqrt(2/pi) exp(-x^2/2) (Marsaglia: "Evaluating the normal
    /// distribution", Journal of Statistical Software 11(4), 2004). All terms are positive: nothing cancels.
    /// </summary>
    private static (double Distribution, double Density) HalfNormal(double x)
    {
        double square = x * x;
        double exponential = 1;
        double term = 1;
        for (int k = 1; term > exponential * 1e-17; k++)
        {
            term *= square / (2 * k);
            exponential += term;
        }

        double sum = x;
        term = x;
        for (int k = 3; term > sum * 1e-17; k += 2)
        {
            term *= square / k;
            sum += term;
        }

        double density = Math.Sqrt(2 / Math.PI) / exponential;
        return (density * sum, density);
    }
}
