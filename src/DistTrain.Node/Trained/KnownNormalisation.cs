using DistTrain.Node.Hosting;
using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Published;

namespace DistTrain.Node.Trained;

/// <summary>How a trained network's inputs are made from pixels.</summary>
internal static class KnownNormalisation
{
    /// <summary>
    /// As its checkpoint says. One that was written before checkpoints said it has the constants of the data set that it names, which
    /// may have to be read or drawn for them.
    /// </summary>
    /// <exception cref="UserErrorException">The data set cannot be had.</exception>
    public static async Task<PixelNormalisation> OfAsync(TrainedModel trained, CancellationToken cancellation)
    {
        string dataset = trained.Checkpoint.Job.Dataset;
        return trained.Checkpoint.Normalisation
            ?? (PublishedDatasets.Named(dataset) is { } published
                ? new PixelNormalisation(published.Mean, published.StandardDeviation)
                : PixelNormalisation.Of((await new TrainingData(null).ResolveAsync(DatasetRequest.Of(trained.Checkpoint.Job), null, cancellation).ConfigureAwait(false)).Dataset));
    }
}
