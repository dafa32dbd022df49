namespace DistTrain.Training.Engines;

/// <summary>An engine that may not need a batch's <see cref="Batch.Inputs"/>. For others they are better scaled before the weights are there.</summary>
public interface ITakesBytes
{
    /// <summary>Whether it takes the bytes of what the batch is filled with, and scales them itself if at all.</summary>
    bool TakesBytes(Batch batch);
}
