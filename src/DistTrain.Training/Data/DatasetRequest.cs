using System.Globalization;
using DistTrain.Training.Data.Images;
using DistTrain.Training.Data.Shaping;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Training.Data;

/// <summary>Which data set, and in what form: all that its bytes depend on besides its files.</summary>
/// <param name="Name">As given to <c>--dataset</c>.</param>
public sealed record DatasetRequest(string Name)
{
    public const string GrayscaleAuto = "auto";
    public const string GrayscaleYes = "yes";
    public const string GrayscaleNo = "no";

    /// <summary>Height and width to resize to; null to take images as they are.</summary>
    public ImageSize? Size { get; init; }

    /// <summary>One channel or three; null to take images as they are.</summary>
    public bool? Grayscale { get; init; }

    /// <summary>Instead of the mean of the training pixels.</summary>
    public ChannelValues? Mean { get; init; }

    /// <summary>Instead of the standard deviation of the training pixels.</summary>
    public ChannelValues? Deviation { get; init; }

    /// <summary>Share (below 1) or number of training images to take away for validation; 0 for none.</summary>
    public double Validation { get; init; }

    /// <summary>Draws which images are for validation.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// What a job asks for. A folder of images comes in the shape that the job's model takes unless the job says
    /// otherwise; the other sets have a shape of their own.
    /// </summary>
    /// <exception cref="UserErrorException">A value cannot be.</exception>
    public static DatasetRequest Of(JobSpec spec)
    {
        var request = new DatasetRequest(spec.Dataset)
        {
            Size = spec.ImageSize.Length == 0 ? null : ReadSize("--image-size", spec.ImageSize),
            Grayscale = ReadGrayscale("--grayscale", spec.Grayscale),
            Mean = spec.Mean.Length == 0 ? null : ReadMean("--mean", spec.Mean),
            Deviation = spec.Deviation.Length == 0 ? null : ReadDeviation("--deviation", spec.Deviation),
            Validation = spec.Validation,
            Seed = spec.Validation > 0 ? spec.Seed : 0,
        };
        if (!ImageFolder.IsName(spec.Dataset) || (request.Size is not null && request.Grayscale is not null))
        {
            return request;
        }

        ModelDescription model = spec.Network();
        return request with
        {
            Size = request.Size ?? new ImageSize(model.Height, model.Width),
            Grayscale = request.Grayscale ?? model.Channels == 1,
        };
    }

    /// <summary><c>28x28</c>: height and width.</summary>
    /// <exception cref="UserErrorException">The text is something else; the message begins with the key.</exception>
    public static ImageSize ReadSize(string key, string text) =>
        ImageSize.Parse(text) ?? throw Bad(key, text, $"HEIGHTxWIDTH, each from 1 to {ImageSize.LargestSide}, such as 28x28");

    /// <exception cref="UserErrorException">The text is not one of the three; the message begins with the key.</exception>
    public static bool? ReadGrayscale(string key, string text) => text switch
    {
        GrayscaleAuto => null,
        GrayscaleYes => true,
        GrayscaleNo => false,
        _ => throw Bad(key, text, "yes, no or auto: one channel if the model takes one"),
    };

    /// <exception cref="UserErrorException">Not numbers from 0 to 1; the message begins with the key.</exception>
    public static ChannelValues ReadMean(string key, string text) =>
        ChannelValues.Parse(text) is { } mean && mean.All(value => value is >= 0 and <= 1)
            ? mean
            : throw Bad(key, text, "a number from 0 to 1, or one a channel, such as 0.49,0.48,0.45");

    /// <exception cref="UserErrorException">Not numbers above 0 up to 1; the message begins with the key.</exception>
    public static ChannelValues ReadDeviation(string key, string text) =>
        ChannelValues.Parse(text) is { } deviation && deviation.All(value => value is >= 1e-6f and <= 1)
            ? deviation
            : throw Bad(key, text, "a number from 0.000001 to 1, or one a channel, such as 0.25,0.24,0.26");

    private static UserErrorException Bad(string key, string text, string allowed) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{key} is '{text.ReplaceLineEndings(" ")}': allowed is {allowed}"));
}
