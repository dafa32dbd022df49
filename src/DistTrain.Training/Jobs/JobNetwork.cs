using DistTrain.Training.Models;

namespace DistTrain.Training.Jobs;

/// <summary>The network of a job.</summary>
public static class JobNetwork
{
    /// <exception cref="UserErrorException">There is no such network; the message says what there is.</exception>
    public static ModelDescription Network(this JobSpec spec) => ModelCatalog.Find(spec.Model, new NetworkOptions
    {
        Variant = spec.Variant,
        Dropout = spec.Dropout,
    });
}
