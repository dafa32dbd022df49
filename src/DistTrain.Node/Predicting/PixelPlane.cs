using DistTrain.Training.Data.Shaping;

namespace DistTrain.Node.Predicting;

/// <summary>One channel of a picture.</summary>
/// <param name="Values">Height x width, row-major.</param>
internal sealed record PixelPlane(int Width, int Height, byte[] Values)
{
    public static PixelPlane Blank(int width, int height) => new(width, height, new byte[checked(width * height)]);

    public PixelPlane Select(Func<byte, byte> change) => this with { Values = Array.ConvertAll(Values, value => change(value)) };

    /// <summary>Resized as images of data sets are.</summary>
    public PixelPlane Scale(int width, int height)
    {
        PixelPlane scaled = Blank(width, height);
        new Resampling(new ImageSize(Height, Width), new ImageSize(height, width)).Apply(Values, scaled.Values);
        return scaled;
    }

    /// <summary>The part that begins there and has that size.</summary>
    public PixelPlane Cut(int left, int top, int width, int height)
    {
        PixelPlane part = Blank(width, height);
        for (int y = 0; y < height; y++)
        {
            Values.AsSpan(((top + y) * Width) + left, width).CopyTo(part.Values.AsSpan(y * width));
        }

        return part;
    }

    /// <summary>A plane of that size, black but for this one, which begins there and must fit.</summary>
    public PixelPlane On(int width, int height, int left, int top)
    {
        PixelPlane whole = Blank(width, height);
        for (int y = 0; y < Height; y++)
        {
            Values.AsSpan(y * Width, Width).CopyTo(whole.Values.AsSpan(((top + y) * width) + left));
        }

        return whole;
    }
}
