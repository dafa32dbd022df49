namespace DistTrain.Training.Data.Shaping;

/// <summary>
/// Resizes one channel, by whole numbers up to a single division at the end: the same bytes on every machine, and the
/// same image if its size does not change.
/// </summary>
public sealed class Resampling(ImageSize from, ImageSize to)
{
    private readonly AxisWeights across = new(from.Width, to.Width);
    private readonly AxisWeights down = new(from.Height, to.Height);

    /// <param name="source">Height x width bytes of the first size.</param>
    /// <param name="target">Height x width bytes of the second.</param>
    public void Apply(ReadOnlySpan<byte> source, Span<byte> target)
    {
        if (from == to)
        {
            source.CopyTo(target);
            return;
        }

        var rows = new Dictionary<int, long[]>();
        var sums = new long[to.Width];
        long divisor = (long)across.Sum * down.Sum;
        for (int y = 0; y < to.Height; y++)
        {
            Array.Clear(sums);
            ReadOnlySpan<int> weights = down.Of(y);
            for (int k = 0; k < weights.Length; k++)
            {
                long[] row = Row(source, down.First(y) + k, rows);
                for (int x = 0; x < sums.Length; x++)
                {
                    sums[x] += weights[k] * row[x];
                }
            }

            for (int x = 0; x < sums.Length; x++)
            {
                target[(y * to.Width) + x] = (byte)(((2 * sums[x]) + divisor) / (2 * divisor));
            }

            Forget(rows, down.First(y) + weights.Length - 1);
        }
    }

    /// <summary>Only the last row of a pixel's sources can be a source of the next one.</summary>
    private static void Forget(Dictionary<int, long[]> rows, int last)
    {
        foreach (int row in rows.Keys.Where(row => row < last - 1).ToList())
        {
            rows.Remove(row);
        }
    }

    private long[] Row(ReadOnlySpan<byte> source, int y, Dictionary<int, long[]> rows)
    {
        if (rows.TryGetValue(y, out long[]? known))
        {
            return known;
        }

        ReadOnlySpan<byte> line = source.Slice(y * from.Width, from.Width);
        var row = new long[to.Width];
        for (int x = 0; x < row.Length; x++)
        {
            ReadOnlySpan<int> weights = across.Of(x);
            int first = across.First(x);
            for (int k = 0; k < weights.Length; k++)
            {
                row[x] += weights[k] * line[first + k];
            }
        }

        return rows[y] = row;
    }
}
