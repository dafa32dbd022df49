namespace DistTrain.Training.Randomness;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014). Integers only, so
/// every machine draws the same numbers.
/// </summary>
internal struct SplitMix64
{
    private const ulong Gamma = 0x9e3779b97f4a7c15;

    private ulong state;

    /// <summary>The generator of one item of one stream: item i has the same numbers however many items there are.</summary>
    public SplitMix64(ulong seed, ulong stream, ulong item) =>
        state = Mix(Mix(Mix(seed) + stream) + item);

    public ulong Next()
    {
        state += Gamma;
        return Mix(state);
    }

    /// <summary>Uniform over <paramref name="count"/> values from 0 (multiply-high; the bias is below count / 2^64).</summary>
    public int Below(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);

    /// <summary>Uniform in [low, high), from 53 bits; exact arithmetic but for the last rounding, which IEEE 754 fixes.</summary>
    public double Between(double low, double high) => low + ((high - low) * ((Next() >> 11) * (1.0 / (1UL << 53))));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
