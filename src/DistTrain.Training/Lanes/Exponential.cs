using System.Runtime.CompilerServices;

namespace DistTrain.Training.Lanes;

/// <summary>
/// e^x in every lane. The library's own differ between versions and processors in the last bit; this one is a fixed
/// sequence of IEEE operations.
/// </summary>
internal static class Exponential
{
    // ln 2 in two parts; the first has few bits, so that its product with n is exact.
    private const float LogTwoHigh = 0.693359375f;
    private const float LogTwoLow = -2.12194440e-4f;

    // Beyond these, 2^n is not a normal number.
    private const float Least = -87f;
    private const float Most = 88f;

    // A float of this size has no room for fractions: adding it rounds to a whole number.
    private const float WholeNumbers = 12582912f;

    /// <summary>
    /// x = n ln 2 + r with |r| at most ln 2 / 2, and Taylor's series for e^r up to r^7: its remainder is below a tenth of a unit in
    /// the last place. Arguments beyond -87..88 count as these ends; NaN stays NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Of<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes n = Reduce(ref x);
        TLanes sum = TLanes.MultiplyAdd(Series(x), x, TLanes.Of(1f));
        return sum * TLanes.PowerOfTwo(n);
    }

    /// <summary>e^x - 1, without losing digits where x is small: the series without its 1, and 2^n - 1, which is 0 there.</summary>
    /// <inheritdoc cref="Of"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LessOne<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes n = Reduce(ref x);
        TLanes scale = TLanes.PowerOfTwo(n);
        return TLanes.MultiplyAdd(Series(x) * x, scale, scale - TLanes.Of(1f));
    }

    /// <summary>Turns x into r, and gives n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Reduce<TLanes>(ref TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes least = TLanes.Of(Least);
        TLanes most = TLanes.Of(Most);
        x = TLanes.Max(least, x);
        x = TLanes.SelectGreater(x, most, most, x);
        TLanes whole = TLanes.Of(WholeNumbers);
        TLanes n = TLanes.MultiplyAdd(x, TLanes.Of(1.442695041f), whole) - whole;
        x = TLanes.MultiplyAdd(n, TLanes.Of(-LogTwoHigh), x);
        x = TLanes.MultiplyAdd(n, TLanes.Of(-LogTwoLow), x);
        return n;
    }

    /// <summary>(e^r - 1) / r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Series<TLanes>(TLanes r)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes sum = TLanes.MultiplyAdd(r, TLanes.Of(1f / 5040), TLanes.Of(1f / 720));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Of(1f / 120));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Of(1f / 24));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Of(1f / 6));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Of(1f / 2));
        return TLanes.MultiplyAdd(sum, r, TLanes.Of(1f));
    }
}
