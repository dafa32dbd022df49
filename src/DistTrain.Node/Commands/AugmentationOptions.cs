using System.CommandLine;
using DistTrain.Training;
using DistTrain.Training.Augmentation;

namespace DistTrain.Node.Commands;

/// <summary>The options that say what is done to training images, as <c>train</c> has them.</summary>
internal sealed class AugmentationOptions
{
    public const string AboutShift = "shift each training image by whole pixels from -P to P, each as probable, across and down; P below 1 is a share of the side; what comes in is black";
    public const string AboutRotate = "turn each training image about its centre by an angle drawn uniformly from -DEGREES to DEGREES, with bilinear interpolation";
    public const string AboutNoise = "add SIGMA x a normally distributed number to each training pixel, which is from 0 to 1";
    public const string AboutFlip = "mirror each training image, left to right, with this probability";

    private readonly Option<string?> shift = new("--augment-shift") { HelpName = "P", Description = AboutShift };
    private readonly Option<string?> rotate = new("--augment-rotate") { HelpName = "DEGREES", Description = AboutRotate };
    private readonly Option<string?> noise = new("--augment-noise") { HelpName = "SIGMA", Description = AboutNoise };
    private readonly Option<string?> flip = new("--augment-flip") { HelpName = "P", Description = AboutFlip };

    public AugmentationOptions(Command command)
    {
        command.Options.Add(shift);
        command.Options.Add(rotate);
        command.Options.Add(noise);
        command.Options.Add(flip);
    }

    /// <exception cref="UserErrorException">A value cannot be.</exception>
    public ImageAugmentation Read(ParseResult parse) => new()
    {
        Shift = parse.GetValue(shift) is { } pixels ? SettingValue.CountOrShare("--augment-shift", pixels) : 0,
        Degrees = parse.GetValue(rotate) is { } degrees ? SettingValue.Within("--augment-rotate", degrees, 0, ImageAugmentation.MostDegrees) : 0,
        Noise = parse.GetValue(noise) is { } sigma ? SettingValue.Within("--augment-noise", sigma, 0, ImageAugmentation.MostNoise) : 0,
        Flip = parse.GetValue(flip) is { } probability ? SettingValue.Within("--augment-flip", probability, 0, 1) : 0,
    };
}
