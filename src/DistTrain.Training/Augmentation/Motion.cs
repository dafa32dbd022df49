namespace DistTrain.Training.Augmentation;

/// <summary>Where an image is moved to: it is mirrored, then turned about its centre, then shifted.</summary>
/// <param name="Right">In pixels, negative to the left.</param>
/// <param name="Down">Likewise.</param>
/// <param name="Degrees">Clockwise.</param>
/// <param name="Mirrored">Left to right.</param>
internal readonly record struct Motion(int Right, int Down, double Degrees, bool Mirrored)
{
    public bool IsNone => this == default;

    /// <param name="mostRight">Largest shift in pixels.</param>
    /// <param name="mostDown">Likewise.</param>
    /// <param name="mostDegrees">Largest turn.</param>
    /// <param name="flip">Probability of being mirrored.</param>
    public static Motion Draw(AugmentationKey key, int mostRight, int mostDown, double mostDegrees, double flip)
    {
        (ulong right, ulong down, ulong turn, ulong mirror) = AugmentationDraw.Block(key, AugmentationDraw.Motion, 0);
        return new Motion(
            AugmentationDraw.WholeNumber(right, mostRight),
            AugmentationDraw.WholeNumber(down, mostDown),
            mostDegrees * ((2 * AugmentationDraw.Fraction(turn)) - 1),
            AugmentationDraw.Fraction(mirror) < flip);
    }
}
