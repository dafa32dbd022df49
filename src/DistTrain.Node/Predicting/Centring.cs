namespace DistTrain.Node.Predicting;

/// <summary>
/// Brings a digit to where MNIST has them. "The original black and white (bilevel) images from NIST were size normalized to fit in a 20x20
/// pixel box while preserving their aspect ratio. The resulting images contain grey levels as a result of the anti-aliasing technique used by
/// the normalization algorithm. the images were centered in a 28x28 image by computing the center of mass of the pixels, and translating the
/// image so as to position this point at the center of the 28x28 field." (LeCun, Cortes, Burges: The MNIST database of handwritten digits.)
/// </summary>
/// <remarks>In the files themselves, the centre of mass lies within half a pixel of column 14, row 14, counted from 0.</remarks>
internal static class Centring
{
    /// <summary>Of the field's side; other sides are taken in proportion.</summary>
    private const double BoxShare = 20.0 / 28;

    /// <summary>What is fainter than this share of the range between darkest and brightest is background.</summary>
    private const double Faint = 0.05;

    /// <param name="picture">Bright on dark.</param>
    /// <returns>A plane of that size, with contrast from 0 to 255; null if the picture is of one colour.</returns>
    public static PixelPlane? Centre(PixelPlane picture, int width, int height)
    {
        int darkest = picture.Values.Min();
        int range = picture.Values.Max() - darkest;
        if (range == 0)
        {
            return null;
        }

        PixelPlane content = Content(picture.Select(value => (byte)((((2 * 255 * (value - darkest)) / range) + 1) / 2)));
        double box = BoxShare * Math.Min(width, height);
        double factor = box / Math.Max(content.Width, content.Height);
        PixelPlane scaled = content.Scale(Size(content.Width * factor), Size(content.Height * factor));
        (double x, double y) = CentreOfMass(scaled);
        return scaled.On(width, height, Place((width / 2) - x, width - scaled.Width), Place((height / 2) - y, height - scaled.Height));
    }

    private static int Size(double exact) => Math.Max(1, (int)Math.Round(exact));

    /// <summary>Whole pixels, and all of the content stays in the field.</summary>
    private static int Place(double exact, int most) => Math.Clamp((int)Math.Round(exact), 0, most);

    /// <summary>The smallest rectangle with all that is not background.</summary>
    private static PixelPlane Content(PixelPlane picture)
    {
        int left = picture.Width;
        int right = -1;
        int top = picture.Height;
        int bottom = -1;
        for (int i = 0; i < picture.Values.Length; i++)
        {
            if (picture.Values[i] > 255 * Faint)
            {
                left = Math.Min(left, i % picture.Width);
                right = Math.Max(right, i % picture.Width);
                top = Math.Min(top, i / picture.Width);
                bottom = Math.Max(bottom, i / picture.Width);
            }
        }

        return picture.Cut(left, top, right - left + 1, bottom - top + 1);
    }

    private static (double X, double Y) CentreOfMass(PixelPlane picture)
    {
        double mass = 0;
        double x = 0;
        double y = 0;
        for (int i = 0; i < picture.Values.Length; i++)
        {
            mass += picture.Values[i];
            x += (double)picture.Values[i] * (i % picture.Width);
            y += (double)picture.Values[i] * (i / picture.Width);
        }

        return (x / mass, y / mass);
    }
}
