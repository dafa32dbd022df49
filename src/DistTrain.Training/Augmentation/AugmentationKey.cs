namespace DistTrain.Training.Augmentation;

/// <summary>
/// One use of one image in a job: each image is used once an epoch. What happens to it is drawn from this and from nothing else, so it is the
/// same whoever computes, in which shard and batch the image is, and however often.
/// </summary>
/// <param name="Seed">Of the job.</param>
/// <param name="Epoch">From 0.</param>
/// <param name="Sample">Number of the image in the training set, from 0.</param>
public readonly record struct AugmentationKey(ulong Seed, int Epoch, int Sample);
