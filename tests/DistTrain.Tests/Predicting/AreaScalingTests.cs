using CsCheck;
using DistTrain.Node.Predicting;

namespace DistTrain.Tests.Predicting;

public sealed class AreaScalingTests
{
    private static readonly Gen<PixelPlane> Planes =
        from width in Gen.Int[1, 30]
        from height in Gen.Int[1, 30]
        from values in Gen.Float[0, 255].Array[width * height]
        select new PixelPlane(width, height, values);

    [Fact]
    public void Mean_is_kept_and_nothing_gets_brighter_or_darker() => Gen.Select(Planes, Gen.Int[1, 60], Gen.Int[1, 60]).Sample((plane, width, height) =>
    {
        PixelPlane scaled = AreaScaling.Scale(plane, width, height);

        Assert.Equal((width, height, width * height), (scaled.Width, scaled.Height, scaled.Values.Length));
        Assert.Equal(plane.Values.Average(value => (double)value), scaled.Values.Average(value => (double)value), 1e-3);
        Assert.InRange(scaled.Values.Max(), 0, plane.Values.Max() + 1e-3f);
        Assert.InRange(scaled.Values.Min(), plane.Values.Min() - 1e-3f, 255.1f);
    });

    [Fact]
    public void Enlarged_by_a_whole_factor_and_shrunk_again_is_the_same() => Gen.Select(Planes, Gen.Int[1, 5]).Sample((plane, factor) =>
    {
        PixelPlane back = AreaScaling.Scale(AreaScaling.Scale(plane, plane.Width * factor, plane.Height * factor), plane.Width, plane.Height);

        Assert.All(plane.Values.Zip(back.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
    });

    [Fact]
    public void Of_the_same_size_it_is_the_same_picture() => Planes.Sample(plane => Assert.Equal(plane.Values, AreaScaling.Scale(plane, plane.Width, plane.Height).Values));
}
