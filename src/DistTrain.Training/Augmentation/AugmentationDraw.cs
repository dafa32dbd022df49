using System.Runtime.CompilerServices;
using DistTrain.Training.Randomness;

namespace DistTrain.Training.Augmentation;

/// <summary>The random bits of augmentation: <see cref="Philox"/> with the counter (block, sample, epoch, purpose) and the key (seed, <see cref="Stream"/>).</summary>
internal static class AugmentationDraw
{
    /// <summary>Where an image is moved to; noise of channel c has the purpose <see cref="Noise"/> + c.</summary>
    public const ulong Motion = 0;

    public const ulong Noise = 1;

    // ASCII of "augment": other uses of the job's seed get other keys.
    private const ulong Stream = 0x6175676d656e74;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (ulong A, ulong B, ulong C, ulong D) Block(AugmentationKey key, ulong purpose, int block) =>
        Philox.Block((ulong)block, (ulong)key.Sample, (ulong)key.Epoch, purpose, key.Seed, Stream);

    /// <summary>Uniform over the whole numbers from -most to most.</summary>
    public static int WholeNumber(ulong bits, int most) => (int)Math.BigMul(bits, (2 * (ulong)most) + 1, out _) - most;

    /// <summary>Uniform over [0, 1), in steps of 2^-53.</summary>
    public static double Fraction(ulong bits) => (bits >> 11) * (1.0 / (1L << 53));
}
