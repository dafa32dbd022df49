namespace DistTrain.Training.Timing;

/// <summary>A stretch of time that went to one part of a step.</summary>
/// <param name="Step">The version that the step makes.</param>
/// <param name="Shard">-1 where it is not one shard's.</param>
/// <param name="Began">In ticks of whichever clock gave the timestamps, as is <paramref name="Ended"/>.</param>
public readonly record struct StepSpan(StepPart Part, long Step, int Shard, long Began, long Ended);
