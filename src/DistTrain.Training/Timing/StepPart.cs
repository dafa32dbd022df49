namespace DistTrain.Training.Timing;

/// <summary>What the time of a step goes to. The first five are a worker's, all but loading and the two passes a partition's.</summary>
public enum StepPart
{
    /// <summary>For weights; on a partition, for gradients. Whatever is none of the others is counted here.</summary>
    Wait,

    /// <summary>Filling the batch.</summary>
    Load,

    /// <summary>From the weights to the loss.</summary>
    Forward,

    /// <summary>From the loss to the gradient, its check included.</summary>
    Backward,

    /// <summary>On a worker: checksums, the tree of its own shards, and the push. On a partition: weights and snapshots.</summary>
    Send,

    /// <summary>A push was there, and the partition did not do anything yet.</summary>
    Queue,

    /// <summary>Adding pushes in the tree.</summary>
    Reduce,

    /// <summary>The optimizer, and the account of the step.</summary>
    Apply,
}
