namespace DistTrain.Training.Randomness;

/// <summary>
/// MT19937 (Matsumoto and Nishimura, 1998), seeded as libtorch seeds its CPU generator, with libtorch's way from 32
/// random bits to a float. A sequence drawn here has the bits of one drawn after <c>torch.manual_seed</c>, in
/// processes that never load libtorch.
/// </summary>
public sealed class MersenneTwister
{
    private const int Size = 624;
    private const int Shift = 397;

    private readonly uint[] state = new uint[Size];
    private int next = Size;

    /// <param name="seed">Its low 32 bits count, as in libtorch.</param>
    public MersenneTwister(ulong seed)
    {
        state[0] = (uint)seed;
        for (uint i = 1; i < Size; i++)
        {
            uint previous = state[i - 1];
            state[i] = (1812433253u * (previous ^ (previous >> 30))) + i;
        }
    }

    public uint NextUInt32()
    {
        if (next == Size)
        {
            Twist();
            next = 0;
        }

        uint y = state[next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680u;
        y ^= (y << 15) & 0xefc60000u;
        return y ^ (y >> 18);
    }

    /// <summary>Fills with values uniform on [from, to), as <c>Tensor.uniform_</c> does for float32 on a CPU.</summary>
    public void FillUniform(Span<float> values, double from, double to)
    {
        float low = (float)from;
        float width = (float)to - low;
        for (int i = 0; i < values.Length; i++)
        {
            // A float has 24 significant bits, so 24 of the 32 are used and the scaling is exact.
            float unit = (NextUInt32() & 0xffffff) * (1f / (1 << 24));

            // Fused, as the compiler of libtorch's kernels made it for every processor with such an instruction.
            values[i] = MathF.FusedMultiplyAdd(unit, width, low);
        }
    }

    private void Twist()
    {
        for (int i = 0; i < Size; i++)
        {
            uint y = (state[i] & 0x80000000u) | (state[(i + 1) % Size] & 0x7fffffffu);
            state[i] = state[(i + Shift) % Size] ^ (y >> 1) ^ ((y & 1) * 0x9908b0dfu);
        }
    }
}
