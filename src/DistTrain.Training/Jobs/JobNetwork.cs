using DistTrain.Training.Data;
using DistTrain.Training.Models;

namespace DistTrain.Training.Jobs;

/// <summary>The network of a job.</summary>
public static class JobNetwork
{
    /// <exception cref="UserErrorException">There is no such network; the message says what there is.</exception>
    public static ModelDescription Network(this JobSpec spec) => ModelCatalog.Find(spec.Model, spec.NetworkOptions());

    /// <summary>The job with a network that takes these images, if its model is named without their shape.</summary>
    /// <exception cref="UserErrorException">The network cannot be of that shape.</exception>
    public static JobSpec FittedTo(this JobSpec spec, LabelledImages images)
    {
        JobSpec fitted = spec with { Model = ModelCatalog.Fit(spec.Model, spec.NetworkOptions(), images) };
        fitted.Validate();
        return fitted;
    }

    /// <exception cref="UserErrorException">There is no such activation, pooling or loss.</exception>
    internal static NetworkOptions NetworkOptions(this JobSpec spec) => new()
    {
        Variant = spec.Variant,
        Activation = NetworkNames.Activation(spec.Activation),
        LeakySlope = spec.LeakySlope,
        Pooling = NetworkNames.Pooling(spec.Pooling),
        Dropout = spec.Dropout,
        Loss = NetworkNames.Loss(spec.Loss),
        SkipLossBelow = spec.SkipLossBelow,
    };
}
