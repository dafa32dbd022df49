using System.Globalization;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Data;
using DistTrain.Training.Models;

namespace DistTrain.Node.Commands;

/// <summary>A file with a trained network that was written.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Step">Updates that its weights have had.</param>
/// <param name="WeightsSha256">As in a run's summary.</param>
/// <param name="Mean">Subtracted from pixels scaled to 0..1; a number for all channels, or one for each.</param>
/// <param name="StandardDeviation">Divides the difference.</param>
public sealed record ModelFile(
    string File,
    long Bytes,
    string Model,
    string Variant,
    string Dataset,
    int Parameters,
    long Step,
    string WeightsSha256,
    IReadOnlyList<float> Mean,
    IReadOnlyList<float> StandardDeviation)
{
    /// <summary>For people, in one line.</summary>
    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{File}: {Bytes:N0} bytes, {Model} ({Variant}), {Parameters:N0} parameters at step {Step}, pixels (x - {Text(Mean)}) / {Text(StandardDeviation)}, weights {WeightsSha256}");

    internal static ModelFile Of(string file, long bytes, Checkpoint checkpoint, ModelDescription model) => new(
        file,
        bytes,
        model.Name,
        model.Variant,
        checkpoint.Job.Dataset,
        model.Layout.Count,
        checkpoint.Step,
        WeightsDigest.Of(checkpoint.Weights),
        checkpoint.Normalisation!.Mean.ToArray(),
        checkpoint.Normalisation.StandardDeviation.ToArray());

    private static string Text(IReadOnlyList<float> values) => new ChannelValues([.. values]).ToString();
}
