namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// The samples of a chunk that have a way back: those whose loss reaches a bound. They become the chunk's first, so that kernels need not know of the others: each
/// of the others' places among the first is taken by one of the last that are kept.
/// </summary>
/// <remarks>Which places those are depends on the losses alone, so bits depend neither on the width of a vector nor on who computes.</remarks>
internal sealed unsafe class KeptSamples
{
    private readonly Move[] moves = new Move[Chunk.Samples / 2];
    private int moved;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>From place to place within the chunk; no place is both left and taken.</summary>
    public ReadOnlySpan<Move> Moves => moves.AsSpan(0, moved);

    /// <param name="losses">Of the chunk's samples.</param>
    /// <param name="least">Loss of those to keep, and anything above; NaN is kept.</param>
    public void Choose(ReadOnlySpan<double> losses, double least)
    {
        moved = 0;
        int first = 0, end = losses.Length;
        while (true)
        {
            while (first < end && !(losses[first] < least))
            {
                first++;
            }

            while (first < end && losses[end - 1] < least)
            {
                end--;
            }

            if (first == end)
            {
                Count = first;
                return;
            }

            moves[moved++] = new Move(--end, first++);
        }
    }

    /// <summary>Moves columns of [row][sample], as fully connected layers have them.</summary>
    /// <param name="rows">Of <see cref="Chunk.Samples"/> each.</param>
    public void MoveColumns(float* rows, int count)
    {
        ReadOnlySpan<Move> all = Moves;
        for (float* end = rows + ((nint)count * Chunk.Samples); rows < end; rows += Chunk.Samples)
        {
            foreach (Move move in all)
            {
                rows[move.To] = rows[move.From];
            }
        }
    }

    /// <summary>A sample's new place.</summary>
    internal readonly record struct Move(int From, int To);
}
