using DistTrain.Training.Data;
using DistTrain.Training.Engines;

namespace DistTrain.Training.Augmentation;

/// <summary>
/// Changes normalised training images at random, in place. What happens to an image is a function of its <see cref="AugmentationKey"/>. Used by one
/// thread at a time; allocates nothing once made.
/// </summary>
public sealed class ImageAugmenter
{
    private readonly ImageAugmentation augmentation;
    private readonly ulong seed;
    private readonly int plane;
    private readonly int mostRight;
    private readonly int mostDown;
    private readonly PaddedPlane[] planes;
    private readonly float[] deviations;
    private readonly GaussianNoise? noise;

    /// <param name="like">Gives the shape of one image.</param>
    /// <param name="normalisation">Of the pixels: what moves in from outside is black, and noise is in units of pixels from 0 to 1.</param>
    /// <param name="seed">Of the job.</param>
    public ImageAugmenter(ImageAugmentation augmentation, LabelledImages like, PixelNormalisation normalisation, ulong seed)
    {
        augmentation.RequireFits(like);
        this.augmentation = augmentation;
        this.seed = seed;
        plane = like.Height * like.Width;
        mostRight = augmentation.ShiftPixels(like.Width);
        mostDown = augmentation.ShiftPixels(like.Height);
        bool moves = augmentation is not { Shift: 0, Degrees: 0, Flip: 0 };
        planes = [.. Enumerable.Range(0, moves ? like.Channels : 0).Select(channel => new PaddedPlane(
            like.Height, like.Width, mostRight, mostDown, augmentation.Degrees > 0, -normalisation.Mean[channel] / normalisation.StandardDeviation[channel]))];
        deviations = [.. Enumerable.Range(0, like.Channels).Select(channel => (float)augmentation.Noise / normalisation.StandardDeviation[channel])];
        noise = augmentation.Noise > 0 ? new GaussianNoise() : null;
    }

    /// <summary>Changes all images of a microbatch.</summary>
    /// <param name="samples">What the batch was filled with.</param>
    /// <param name="epoch">From 0.</param>
    public void Apply(Batch batch, ReadOnlySpan<int> samples, int epoch)
    {
        int size = batch.Channels * plane;
        for (int i = 0; i < samples.Length; i++)
        {
            Apply(batch.Inputs.Slice(i * size, size), samples[i], epoch);
        }
    }

    /// <summary>Changes one image.</summary>
    /// <param name="image">C x H x W, normalised.</param>
    /// <param name="sample">Its number in the training set.</param>
    public void Apply(Span<float> image, int sample, int epoch)
    {
        var key = new AugmentationKey(seed, epoch, sample);
        if (planes.Length > 0 && Motion.Draw(key, mostRight, mostDown, augmentation.Degrees, augmentation.Flip) is { IsNone: false } motion)
        {
            FixedRotation rotation = motion.Degrees == 0 ? default : FixedRotation.Of(motion.Degrees);
            for (int channel = 0; channel < planes.Length; channel++)
            {
                planes[channel].Move(image.Slice(channel * plane, plane), motion, rotation);
            }
        }

        for (int channel = 0; noise is not null && channel < deviations.Length; channel++)
        {
            noise.Add(image.Slice(channel * plane, plane), deviations[channel], key, channel);
        }
    }
}
