using DistTrain.Training.Data;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Commands;

/// <param name="File">A safetensors file with the weights of a network.</param>
/// <param name="Output">Checkpoint to write; one that is there is replaced.</param>
/// <param name="NamesModel">Whether the command line names the network.</param>
/// <param name="Describe">The job of the file, or that of no file, with what the command line says in its place.</param>
/// <param name="Normalisation">How its inputs are made from pixels; null for what the file or its data set says.</param>
public sealed record ImportOptions(string File, string Output, bool NamesModel, Func<JobSpec, JobSpec> Describe, PixelNormalisation? Normalisation);
