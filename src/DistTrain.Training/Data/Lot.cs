using DistTrain.Training.Randomness;

namespace DistTrain.Training.Data;

/// <summary>Draws some of many, the same on every machine.</summary>
public static class Lot
{
    /// <summary>Any fixed number; it keeps these lots apart from other uses of a seed.</summary>
    private const ulong Stream = 0x6c6f74;

    /// <summary>Up to <paramref name="count"/> of the items, in the order in which they come.</summary>
    /// <param name="item">Of several lots from one seed, which it is.</param>
    public static int[] Of(ReadOnlySpan<int> items, int count, ulong seed, ulong item)
    {
        int[] places = Places(items.Length, Math.Min(count, items.Length), new SplitMix64(seed, Stream, item));
        var drawn = new int[places.Length];
        for (int i = 0; i < drawn.Length; i++)
        {
            drawn[i] = items[places[i]];
        }

        return drawn;
    }

    /// <summary>Different places below <paramref name="of"/>, in rising order: the beginning of a Fisher-Yates shuffle.</summary>
    internal static int[] Places(int of, int count, SplitMix64 random)
    {
        int[] order = [.. Enumerable.Range(0, of)];
        for (int i = 0; i < count; i++)
        {
            int other = i + random.Below(of - i);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return [.. order.Take(count).Order()];
    }
}
