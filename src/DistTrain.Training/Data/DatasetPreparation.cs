using DistTrain.Training.Data.Shaping;

namespace DistTrain.Training.Data;

/// <summary>Brings a set that was read into the form that was asked for; without special wishes it stays the very same.</summary>
internal static class DatasetPreparation
{
    /// <exception cref="UserErrorException">A wish does not fit the set.</exception>
    public static ImageDataset Apply(ImageDataset read, DatasetRequest request, CancellationToken cancellation)
    {
        LabelledImages train = ImageShaping.Apply(read.Train, request, cancellation);
        LabelledImages test = ImageShaping.Apply(read.Test, request, cancellation);
        bool reshaped = train != read.Train || test != read.Test;
        LabelledImages? validation = null;
        if (request.Validation > 0)
        {
            (train, validation) = ValidationSplit.Of(train, request.Validation, request.Seed);
        }

        if (!reshaped && validation is null && request.Mean is null && request.Deviation is null)
        {
            return read;
        }

        // Constants that everybody uses stay what they are; others are of the pixels that are trained on.
        bool measure = reshaped || (validation is not null && !read.HasPublishedConstants);
        (ChannelValues mean, ChannelValues deviation) = measure ? PixelStatistics.Of(train) : (read.Mean, read.StandardDeviation);
        RequireChannels("--mean", request.Mean, train.Channels);
        RequireChannels("--deviation", request.Deviation, train.Channels);
        return read with
        {
            Train = train,
            Test = test,
            Validation = validation,
            Mean = request.Mean ?? mean,
            StandardDeviation = request.Deviation ?? deviation,
            Fingerprint = reshaped || validation is not null ? DatasetFingerprint.Of(train, test, validation) : read.Fingerprint,
        };
    }

    private static void RequireChannels(string key, ChannelValues? given, int channels)
    {
        if (given is { } values && !values.Fits(channels))
        {
            throw new UserErrorException($"{key} has {values.Count} numbers, but the images have {channels} {(channels == 1 ? "channel" : "channels")}: give one number, or one a channel");
        }
    }
}
