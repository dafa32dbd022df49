namespace DistTrain.Training.Data.Shaping;

/// <summary>
/// Which pixels of a row (or column) make up each pixel of the resized one, and with what weights. Shrinking takes the
/// mean over the area that a pixel comes to cover; enlarging goes linearly from centre to centre.
/// </summary>
internal sealed class AxisWeights
{
    private readonly int[] first;
    private readonly int[][] weights;

    public AxisWeights(int from, int to)
    {
        first = new int[to];
        weights = new int[to][];
        Sum = to < from ? from : 2 * to;
        for (int i = 0; i < to; i++)
        {
            (first[i], weights[i]) = to < from ? Area(i, from, to) : Linear(i, from, to);
        }
    }

    /// <summary>Of the weights of each pixel; the same for all, and whole like them, so that nothing is rounded on the way.</summary>
    public int Sum { get; }

    public int Count => first.Length;

    public int First(int i) => first[i];

    public ReadOnlySpan<int> Of(int i) => weights[i];

    /// <summary>In units of 1/to of a pixel, pixel i covers [i from, (i + 1) from), and source pixel j [j to, (j + 1) to).</summary>
    private static (int First, int[] Weights) Area(int i, int from, int to)
    {
        long start = (long)i * from;
        long end = start + from;
        int begin = (int)(start / to);
        int last = (int)((end - 1) / to);
        var covered = new int[last - begin + 1];
        for (int j = begin; j <= last; j++)
        {
            covered[j - begin] = (int)(Math.Min(end, (j + 1L) * to) - Math.Max(start, (long)j * to));
        }

        return (begin, covered);
    }

    /// <summary>The centre of pixel i lies at ((2 i + 1) from - to) / (2 to) among the centres of the source.</summary>
    private static (int First, int[] Weights) Linear(int i, int from, int to)
    {
        long place = Math.Clamp((((2L * i) + 1) * from) - to, 0, 2L * to * (from - 1));
        int begin = (int)(place / (2 * to));
        int beyond = (int)(place % (2 * to));
        return beyond == 0 ? (begin, [2 * to]) : (begin, [(2 * to) - beyond, beyond]);
    }
}
