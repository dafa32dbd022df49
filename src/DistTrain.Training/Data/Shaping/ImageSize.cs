using System.Globalization;

namespace DistTrain.Training.Data.Shaping;

/// <summary>Height and width in pixels, written <c>28x28</c>.</summary>
public readonly record struct ImageSize(int Height, int Width)
{
    public const int LargestSide = 4096;

    /// <summary>Null if the text is anything else, or a side is out of range.</summary>
    public static ImageSize? Parse(string text)
    {
        string[] parts = text.Split('x');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int height) && height is >= 1 and <= LargestSide
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int width) && width is >= 1 and <= LargestSide
                ? new ImageSize(height, width)
                : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Height}x{Width}");
}
