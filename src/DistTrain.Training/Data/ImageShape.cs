using System.Globalization;

namespace DistTrain.Training.Data;

/// <summary>Shape of one image, written <c>3x32x32</c>.</summary>
/// <param name="Channels">1 for grey, 3 for red, green and blue.</param>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    private const int MostChannels = 4;

    /// <summary>Number of values in one image, C x H x W.</summary>
    public int Size => checked(Channels * Height * Width);

    /// <summary>Null if the text is something else, or a number is not from 1 to what images may have.</summary>
    public static ImageShape? Parse(string text)
    {
        string[] parts = text.Split('x');
        return parts.Length == 3
            && Number(parts[0], MostChannels) is { } channels
            && Number(parts[1], Shaping.ImageSize.LargestSide) is { } height
            && Number(parts[2], Shaping.ImageSize.LargestSide) is { } width
            ? new ImageShape(channels, height, width)
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Channels}x{Height}x{Width}");

    private static int? Number(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= most ? number : null;
}
