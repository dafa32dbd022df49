using DistTrain.Training.Engines.Simd;

namespace DistTrain.Tests.Engines.Simd;

public sealed unsafe class LiveUnitsTests
{
    private const int Units = 6;

    private static readonly Chunk Whole = new(0, Chunk.Samples);

    private readonly LiveUnits live = new(Units);
    private readonly AlignedFloats gradients = new(Units * Chunk.Samples);

    [Fact]
    public void Gradients_of_live_units_move_up_in_order()
    {
        Row(1)[63] = 2;
        Row(3)[0] = 3;
        Row(4)[17] = 4;

        live.Gather(gradients.First, Whole);

        Assert.Equal(3, live.Count);
        Assert.Equal([1, 3, 4], new ReadOnlySpan<int>(live.Listed, 3).ToArray());
        Assert.Equal([1, 3, 4], Enumerable.Range(0, 3).Select(live.Number));
        Assert.Equal((2, 3, 4), (Row(0)[63], Row(1)[0], Row(2)[17]));
        Assert.Equal(1, Row(2).ToArray().Count(value => value != 0));
    }

    [Fact]
    public void No_list_is_needed_where_all_units_live()
    {
        gradients.Values.Fill(1);

        live.Gather(gradients.First, Whole);

        Assert.Equal(Units, live.Count);
        Assert.True(live.Listed == null);
    }

    [Fact]
    public void Unit_whose_gradient_is_NaN_lives()
    {
        Row(2)[5] = float.NaN;

        live.Gather(gradients.First, Whole);

        Assert.Equal(1, live.Count);
        Assert.Equal(2, live.Number(0));
        Assert.Equal(float.NaN, Row(0)[5]);
    }

    /// <summary>Of samples behind the chunk's there is anything.</summary>
    [Fact]
    public void Samples_that_are_not_there_keep_no_unit_alive()
    {
        var chunk = new Chunk(0, 20);
        Row(0)[chunk.Live] = 1;
        Row(5)[19] = 1;

        live.Gather(gradients.First, chunk);

        Assert.Equal(1, live.Count);
        Assert.Equal(5, live.Number(0));
    }

    [Fact]
    public void Rows_of_other_units_are_cleared()
    {
        Row(0)[0] = Row(4)[0] = 1;
        live.Gather(gradients.First, Whole);
        var rows = new AlignedFloats(Units * 3);
        rows.Values.Fill(7);

        live.ClearOthers(rows.First, 3);

        Assert.Equal([7, 7, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 7, 7, 0, 0, 0], rows.Values.ToArray());
    }

    [Fact]
    public void Nothing_lives_without_a_gradient()
    {
        live.Gather(gradients.First, Whole);
        var rows = new AlignedFloats(Units);
        rows.Values.Fill(7);

        live.ClearOthers(rows.First, 1);

        Assert.Equal(0, live.Count);
        Assert.Equal(new float[Units], rows.Values.ToArray());
    }

    private Span<float> Row(int unit) => gradients.Values.Slice(unit * Chunk.Samples, Chunk.Samples);
}
