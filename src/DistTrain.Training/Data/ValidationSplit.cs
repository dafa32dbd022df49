using System.Globalization;
using DistTrain.Training.Randomness;

namespace DistTrain.Training.Data;

/// <summary>Takes part of a training set away, by lot: who computes on how many machines plays no part.</summary>
internal static class ValidationSplit
{
    /// <summary>Any fixed number; it keeps this lot apart from those of epochs and shards.</summary>
    private const ulong Stream = 0x76616c6964;

    /// <summary>Both parts keep the order of the whole.</summary>
    /// <param name="wanted">A share below 1, or a number of images.</param>
    /// <exception cref="UserErrorException">Nothing would be left on one side.</exception>
    public static (LabelledImages Train, LabelledImages Validation) Of(LabelledImages whole, double wanted, ulong seed)
    {
        double count = wanted < 1 ? Math.Round(wanted * whole.Count) : wanted;
        if (count < 1 || count >= whole.Count)
        {
            throw new UserErrorException(string.Create(
                CultureInfo.InvariantCulture,
                $"--validation {wanted} is {count} of {whole.Count} training images: at least one must be taken away and one must be left"));
        }

        var taken = new bool[whole.Count];
        foreach (int place in Lot.Places(whole.Count, (int)count, new SplitMix64(seed, Stream, 0)))
        {
            taken[place] = true;
        }

        int[] all = [.. Enumerable.Range(0, whole.Count)];
        return (whole.Select([.. all.Where(i => !taken[i])]), whole.Select([.. all.Where(i => taken[i])]));
    }
}
