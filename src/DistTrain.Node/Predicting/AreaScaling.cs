namespace DistTrain.Node.Predicting;

/// <summary>
/// Scales by area: a new pixel is the mean of what it covers of the old ones, so nothing is left out however much smaller the picture
/// becomes, and edges get grey levels. Of the same size it is the same picture.
/// </summary>
internal static class AreaScaling
{
    public static PixelPlane Scale(PixelPlane from, int width, int height)
    {
        if ((width, height) == (from.Width, from.Height))
        {
            return from;
        }

        // Columns first, then rows: the mean over a rectangle is the mean of the means of its rows.
        PixelPlane narrow = PixelPlane.Blank(width, from.Height);
        for (int x = 0; x < width; x++)
        {
            foreach ((int source, double share) in Cover(x, from.Width, width))
            {
                for (int y = 0; y < from.Height; y++)
                {
                    narrow.Values[(y * width) + x] += (float)(share * from.Values[(y * from.Width) + source]);
                }
            }
        }

        PixelPlane scaled = PixelPlane.Blank(width, height);
        for (int y = 0; y < height; y++)
        {
            foreach ((int source, double share) in Cover(y, from.Height, height))
            {
                for (int x = 0; x < width; x++)
                {
                    scaled.Values[(y * width) + x] += (float)(share * narrow.Values[(source * width) + x]);
                }
            }
        }

        return scaled;
    }

    /// <summary>Which old pixels a new one covers, and which share of it each has.</summary>
    private static IEnumerable<(int Source, double Share)> Cover(int target, int from, int to)
    {
        double scale = (double)from / to;
        double begin = target * scale;
        double end = Math.Min(from, (target + 1) * scale);
        for (int source = (int)begin; source < end; source++)
        {
            double overlap = Math.Min(end, source + 1) - Math.Max(begin, source);
            if (overlap > 0)
            {
                yield return (source, overlap / (end - begin));
            }
        }
    }
}
