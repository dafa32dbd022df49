using System.Globalization;
using DistTrain.Training.Data;

namespace DistTrain.Training.Augmentation;

/// <summary>By how much training images are changed at random before the network sees them. All zero: not at all.</summary>
public sealed record ImageAugmentation
{
    public const double MostDegrees = 180;
    public const double MostNoise = 1;

    /// <summary>Shifted by whole pixels from -Shift to Shift, each as probable as the others, in either direction; below 1 a share of the image's side.</summary>
    public double Shift { get; init; }

    /// <summary>Turned about the centre by an angle drawn uniformly from -Degrees to Degrees.</summary>
    public double Degrees { get; init; }

    /// <summary>Standard deviation of what is added to each pixel scaled to 0..1. Not cut off at 0 and 1, so that its mean stays 0.</summary>
    public double Noise { get; init; }

    /// <summary>The probability of being mirrored, left to right.</summary>
    public double Flip { get; init; }

    /// <summary>Whether images stay what they are.</summary>
    public bool IsNone => this == new ImageAugmentation();

    /// <summary>The largest shift along a side: of a share the nearest whole number of pixels, at least 1.</summary>
    /// <param name="side">In pixels.</param>
    public int ShiftPixels(int side) => Shift is > 0 and < 1 ? Math.Max(1, (int)Math.Round(Shift * side)) : (int)Shift;

    /// <exception cref="UserErrorException">An image could be shifted out of itself.</exception>
    public void RequireFits(LabelledImages images)
    {
        foreach (int side in new[] { images.Height, images.Width })
        {
            if (Shift >= int.MaxValue || ShiftPixels(side) >= side)
            {
                throw new UserErrorException(string.Create(
                    CultureInfo.InvariantCulture, $"--augment-shift is {Shift}: images are {images.Height} x {images.Width}, and it must be less than their side, a whole number of pixels or a share of it below 1"));
            }
        }
    }

    /// <summary>For people: "shifted by up to 2 pixels, turned by up to 10 degrees".</summary>
    public override string ToString()
    {
        var parts = new List<string>();
        void Add(bool there, FormattableString what)
        {
            if (there)
            {
                parts.Add(what.ToString(CultureInfo.InvariantCulture));
            }
        }

        Add(Shift >= 1, $"shifted by up to {Shift} pixel{(Shift == 1 ? "" : "s")}");
        Add(Shift is > 0 and < 1, $"shifted by up to {Shift} of their side");
        Add(Degrees > 0, $"turned by up to {Degrees} degrees");
        Add(Flip > 0, $"mirrored with probability {Flip}");
        Add(Noise > 0, $"given noise of deviation {Noise}");
        return parts.Count == 0 ? "left as they are" : string.Join(", ", parts);
    }
}
