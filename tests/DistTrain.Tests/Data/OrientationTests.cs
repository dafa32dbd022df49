using DistTrain.Training.Data.Images;
using DistTrain.Training.Data.Shaping;
using SkiaSharp;

namespace DistTrain.Tests.Data;

public sealed class OrientationTests
{
    // Pixels 0 1 2 / 3 4 5, and where each orientation of the EXIF standard says that row 0 and column 0 of the file are.
    [Theory]
    [InlineData(SKEncodedOrigin.TopLeft, "2x3 012345")]
    [InlineData(SKEncodedOrigin.TopRight, "2x3 210543")]
    [InlineData(SKEncodedOrigin.BottomRight, "2x3 543210")]
    [InlineData(SKEncodedOrigin.BottomLeft, "2x3 345012")]
    [InlineData(SKEncodedOrigin.LeftTop, "3x2 031425")]
    [InlineData(SKEncodedOrigin.RightTop, "3x2 304152")]
    [InlineData(SKEncodedOrigin.RightBottom, "3x2 524130")]
    [InlineData(SKEncodedOrigin.LeftBottom, "3x2 251403")]
    public void Every_way_of_holding_the_camera_comes_out_upright(SKEncodedOrigin origin, string seen)
    {
        var stored = new ImageSize(2, 3);
        byte[] rgba = [.. Enumerable.Range(0, 6).SelectMany(i => new byte[] { (byte)i, 0, 0, 255 })];

        byte[] upright = Orientation.Upright(rgba, stored, origin);

        Assert.Equal(seen, $"{Orientation.Upright(stored, origin)} {string.Concat(upright.Where((_, i) => i % 4 == 0))}");
    }
}
