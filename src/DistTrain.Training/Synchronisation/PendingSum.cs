using System.Numerics.Tensors;
using DistTrain.Training.Buffers;

namespace DistTrain.Training.Synchronisation;

/// <summary>
/// A sum of vectors, from the first to the last, that nobody has needed as a whole yet. Whoever can use it piece by piece adds
/// on the way; <see cref="AddUp"/> is for those who need all of it. Owns one reference of each term.
/// </summary>
public sealed class PendingSum
{
    private readonly SharedBuffer[] terms;
    private int count;

    /// <param name="mostTerms">That it will ever hold at once.</param>
    internal PendingSum(int mostTerms) => terms = new SharedBuffer[mostTerms];

    /// <summary>In the order of the additions, none where the sum is not complete.</summary>
    public ReadOnlySpan<SharedBuffer> Terms => terms.AsSpan(0, count);

    internal void Add(SharedBuffer term) => terms[count++] = term;

    /// <summary>Makes all additions, into the first term, which is the only one from then on and stays this object's.</summary>
    internal SharedBuffer AddUp()
    {
        SharedBuffer sum = terms[0];
        for (int i = 1; i < count; i++)
        {
            TensorPrimitives.Add(sum.Values, terms[i].Values, sum.Floats);
            terms[i].Release();
        }

        count = 1;
        return sum;
    }

    /// <summary>Forgets the terms; their references have gone to somebody else.</summary>
    internal void Forget()
    {
        Array.Clear(terms);
        count = 0;
    }

    internal void Release()
    {
        foreach (SharedBuffer term in Terms)
        {
            term.Release();
        }

        Forget();
    }
}
