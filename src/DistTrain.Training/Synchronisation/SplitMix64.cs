namespace DistTrain.Training.Synchronisation;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014): integer arithmetic
/// only, so the same sequence on every machine.
/// </summary>
internal struct SplitMix64(ulong state)
{
    private ulong state = state;

    /// <summary>A start for the sequence of one (seed, a, b), unrelated to that of any other.</summary>
    public static ulong Mix(ulong seed, ulong a, ulong b)
    {
        ulong mixed = new SplitMix64(seed).Next();
        mixed = new SplitMix64(mixed ^ a).Next();
        return new SplitMix64(mixed ^ b).Next();
    }

    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in 0..<paramref name="bound"/>-1, without bias (Lemire, "Fast random integer generation in an interval", 2019).</summary>
    public int Below(int bound)
    {
        ulong range = (ulong)bound;
        ulong high = Math.BigMul(Next(), range, out ulong low);
        if (low < range)
        {
            ulong threshold = (0 - range) % range;
            while (low < threshold)
            {
                high = Math.BigMul(Next(), range, out low);
            }
        }

        return (int)high;
    }
}
