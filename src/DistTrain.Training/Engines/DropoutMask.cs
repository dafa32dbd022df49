using System.Runtime.CompilerServices;
using DistTrain.Training.Randomness;

namespace DistTrain.Training.Engines;

/// <summary>
/// What one dropout layer multiplies by: 0 with the probability P, else 1/(1 - P) (inverted dropout, as in PyTorch; Srivastava et al.:
/// "Dropout: a simple way to prevent neural networks from overfitting", JMLR 2014). Every engine takes its factors from here.
/// </summary>
/// <remarks>
/// Unit u of sample s has the 32 bits of number u mod 8 of the block of <see cref="Philox"/> with the counter
/// (u / 8, s, shard 2^32 + layer, update) and the key (seed, <see cref="Stream"/>). It is dropped if they are below P 2^32.
/// </remarks>
/// <param name="probability">P, from 0 to below 1.</param>
/// <param name="layer">Number of the layer among the model's dropout layers, from 0.</param>
internal sealed class DropoutMask(double probability, int layer)
{
    private const int UnitsPerBlock = 8;

    // ASCII of "dropout": other uses of the job's seed get other keys.
    private const ulong Stream = 0x64726f706f7574;

    private readonly long threshold = (long)(probability * (1L << 32));
    private readonly int scale = BitConverter.SingleToInt32Bits((float)(1 / (1 - probability)));

    /// <summary>The factors of one sample's units.</summary>
    /// <param name="sample">Its place in the shard's microbatch.</param>
    /// <param name="factors">One a unit; overwritten.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Draw(DropoutKey key, int sample, Span<float> factors)
    {
        ulong place = ((ulong)(uint)key.Shard << 32) | (uint)layer;
        Span<float> last = stackalloc float[UnitsPerBlock];
        for (int unit = 0; unit < factors.Length; unit += UnitsPerBlock)
        {
            (ulong a, ulong b, ulong c, ulong d) = Philox.Block((ulong)(unit / UnitsPerBlock), (ulong)sample, place, (ulong)key.Update, key.Seed, Stream);
            bool whole = unit + UnitsPerBlock <= factors.Length;
            Span<float> eight = whole ? factors.Slice(unit, UnitsPerBlock) : last;
            eight[0] = Factor((uint)a);
            eight[1] = Factor(a >> 32);
            eight[2] = Factor((uint)b);
            eight[3] = Factor(b >> 32);
            eight[4] = Factor((uint)c);
            eight[5] = Factor(c >> 32);
            eight[6] = Factor((uint)d);
            eight[7] = Factor(d >> 32);
            if (!whole)
            {
                last[..(factors.Length - unit)].CopyTo(factors[unit..]);
            }
        }
    }

    // Without a branch, which would be guessed wrong in every second case: the sign of the difference, over all bits, hides the scale.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Factor(ulong bits) => BitConverter.Int32BitsToSingle(scale & ~(int)(((long)bits - threshold) >> 63));
}
