namespace DistTrain.Training.Synchronisation;

/// <summary>What one shard's microbatch added to a step.</summary>
/// <param name="Samples">Size of the microbatch; 0 when the shard had none left in this step.</param>
/// <param name="LossSum">Sum of the per-sample losses.</param>
/// <param name="Correct">Samples classified correctly before the update.</param>
/// <param name="GradientChecksum">XxHash3 (64 bit) of this partition's range of the shard's gradient sum.</param>
/// <param name="Skipped">Samples that were left out of the gradient, for their small loss.</param>
public readonly record struct ShardContribution(int Shard, int Samples, double LossSum, int Correct, ulong GradientChecksum, int Skipped = 0);
