namespace DistTrain.Node.Predicting;

/// <summary>One channel of a picture.</summary>
/// <param name="Values">Height x width, row-major, 0 to 255.</param>
internal sealed record PixelPlane(int Width, int Height, float[] Values)
{
    public static PixelPlane Blank(int width, int height) => new(width, height, new float[checked(width * height)]);

    public PixelPlane Select(Func<float, float> change) => this with { Values = [.. Values.Select(change)] };

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
