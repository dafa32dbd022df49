namespace DistTrain.Node.Predicting;

/// <summary>A decoded picture, upright.</summary>
/// <param name="Rgba">Height x width x 4 bytes, row-major; colours are not multiplied by alpha.</param>
internal sealed record Picture(int Width, int Height, byte[] Rgba)
{
    /// <summary>One channel, laid over a background where the picture is transparent.</summary>
    /// <param name="channel">0 red, 1 green, 2 blue.</param>
    /// <param name="background">0 to 255.</param>
    public PixelPlane Channel(int channel, float background) => Of((rgba, i) => rgba[i + channel], background);

    /// <summary>Luma as of ITU-R BT.601, laid over a background where the picture is transparent. Grey stays what it is.</summary>
    /// <param name="background">0 to 255.</param>
    public PixelPlane Grey(float background) => Of((rgba, i) => ((299 * rgba[i]) + (587 * rgba[i + 1]) + (114 * rgba[i + 2])) / 1000f, background);

    private PixelPlane Of(Func<byte[], int, float> value, float background)
    {
        PixelPlane plane = PixelPlane.Blank(Width, Height);
        for (int p = 0; p < plane.Values.Length; p++)
        {
            float alpha = Rgba[(4 * p) + 3] / 255f;
            plane.Values[p] = (alpha * value(Rgba, 4 * p)) + ((1 - alpha) * background);
        }

        return plane;
    }
}
