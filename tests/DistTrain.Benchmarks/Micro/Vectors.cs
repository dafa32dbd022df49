using DistTrain.Training.Buffers;

namespace DistTrain.Benchmarks.Micro;

/// <summary>Buffers with ordinary numbers in them: those of random bits are slow where they are denormal.</summary>
internal static class Vectors
{
    public static SharedBuffer Zeros(int length)
    {
        SharedBuffer buffer = new BufferPool(length).Rent();
        buffer.Floats.Clear();
        return buffer;
    }

    /// <summary>Between -1 and 1.</summary>
    public static SharedBuffer Uniform(int length)
    {
        SharedBuffer buffer = new BufferPool(length).Rent();
        var random = new Random(1);
        foreach (ref float value in buffer.Floats)
        {
            value = (random.NextSingle() * 2) - 1;
        }

        return buffer;
    }
}
