using DistTrain.Training.Engines.Simd;

namespace DistTrain.Tests.Engines.Simd;

public sealed unsafe class KeptSamplesTests
{
    [Fact]
    public void Those_that_reach_the_bound_take_the_first_places_and_no_other_does()
    {
        var random = new Random(3);
        for (int round = 0; round < 500; round++)
        {
            int count = random.Next(1, Chunk.Samples + 1);
            double[] losses = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];
            double bound = random.NextDouble() * 1.2;
            var kept = new KeptSamples();
            kept.Choose([1, 0, 1], least: 0.5);

            kept.Choose(losses, bound);

            var rows = new AlignedFloats(2 * Chunk.Samples);
            for (int i = 0; i < 2 * Chunk.Samples; i++)
            {
                rows.Values[i] = i;
            }

            kept.MoveColumns(rows.First, count: 2);
            int[] expected = [.. Enumerable.Range(0, count).Where(sample => losses[sample] >= bound)];
            Assert.Equal(expected.Length, kept.Count);
            Assert.Equal(expected, rows.Values[..kept.Count].ToArray().Select(sample => (int)sample).Order());
            Assert.Equal(rows.Values[..kept.Count].ToArray().Select(sample => sample + Chunk.Samples), rows.Values.Slice(Chunk.Samples, kept.Count).ToArray());
            Assert.True(kept.Moves.Length <= Math.Min(kept.Count, count - kept.Count));
        }
    }

    [Fact]
    public void Loss_that_is_no_number_is_kept()
    {
        var kept = new KeptSamples();

        kept.Choose([double.NaN, 0, double.NaN], least: 1);

        Assert.Equal((2, 1), (kept.Count, kept.Moves.Length));
        Assert.Equal(new KeptSamples.Move(From: 2, To: 1), kept.Moves[0]);
    }

    [Fact]
    public void Without_a_bound_nothing_moves()
    {
        var kept = new KeptSamples();

        kept.Choose([0, 1, 0.5], least: 0);

        Assert.Equal((3, 0), (kept.Count, kept.Moves.Length));
    }
}
