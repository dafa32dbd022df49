namespace DistTrain.Node.Scaling;

/// <summary>What a step's time is made of.</summary>
internal enum Bottleneck
{
    /// <summary>Gradients, were they dealt evenly to every worker: the part that workers shorten.</summary>
    Computation,

    /// <summary>What the worker with the most shards computes beyond an even share.</summary>
    UnevenShards,

    /// <summary>What is computed one after the other because workers share processors.</summary>
    Processors,

    /// <summary>The exchange, the update and the wait that every step has.</summary>
    Serial,

    /// <summary>What each worker adds for the others to wait for.</summary>
    Coordination,
}
