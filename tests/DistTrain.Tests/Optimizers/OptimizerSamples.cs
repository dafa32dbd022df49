using DistTrain.Training.Optimizers;

namespace DistTrain.Tests.Optimizers;

/// <summary>Optimizers by the names of a job, and vectors for them.</summary>
internal static class OptimizerSamples
{
    /// <summary>NAdam whose momentum is whole after ten updates.</summary>
    public const string NAdamAtOnce = "nadam, momentum decay 10";

    public static IOptimizer Create(string name, Penalties penalties, int lanes) => name switch
    {
        OptimizerCatalog.NAdam => new NAdam(0.9, 0.999, 1e-8, 4e-3, lanes, penalties),
        NAdamAtOnce => new NAdam(0.9, 0.999, 1e-8, 10, lanes, penalties),
        OptimizerCatalog.Sgd => new Sgd(lanes, penalties),
        OptimizerCatalog.Momentum => new Momentum(0.9, nesterov: false, lanes, penalties),
        OptimizerCatalog.Nesterov => new Momentum(0.9, nesterov: true, lanes, penalties),
        OptimizerCatalog.RmsProp => new RmsProp(0.99, 1e-8, lanes, penalties),
        _ => new Adam(0.9, 0.999, 1e-8, lanes, penalties),
    };

    /// <summary>A tenth of them zero, as biases begin, so that signs of zero are met.</summary>
    public static float[] Values(int length, int seed, double scale)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(10) == 0 ? 0 : (float)((random.NextDouble() - 0.5) * scale))];
    }
}
