using DistTrain.Training.Jobs;

namespace DistTrain.Node.Comparing;

/// <summary>One combination of the factors' values.</summary>
/// <param name="Number">Place in the whole grid, from 1.</param>
/// <param name="Values">One for each factor.</param>
/// <param name="Job">Its seed is another one in each trial.</param>
/// <param name="Refusal">Why the combination cannot be trained; null if it can.</param>
internal sealed record StudyCell(int Number, IReadOnlyList<string> Values, JobSpec Job, string? Refusal);
