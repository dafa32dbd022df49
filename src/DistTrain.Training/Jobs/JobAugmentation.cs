using DistTrain.Training.Augmentation;

namespace DistTrain.Training.Jobs;

/// <summary>What a job does to its training images.</summary>
public static class JobAugmentation
{
    public static ImageAugmentation Augmentation(this JobSpec spec) => new()
    {
        Shift = spec.AugmentShift,
        Degrees = spec.AugmentRotate,
        Noise = spec.AugmentNoise,
        Flip = spec.AugmentFlip,
    };
}
