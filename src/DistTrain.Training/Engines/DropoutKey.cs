namespace DistTrain.Training.Engines;

/// <summary>
/// The place of a microbatch in its job. Dropout is drawn from it and from nothing else, so it is the same whoever computes the
/// microbatch, and however often.
/// </summary>
/// <param name="Seed">Of the job.</param>
/// <param name="Update">Number of the update that the gradient is for, from 1.</param>
/// <param name="Shard">Whose samples they are.</param>
public readonly record struct DropoutKey(ulong Seed, long Update, int Shard);
