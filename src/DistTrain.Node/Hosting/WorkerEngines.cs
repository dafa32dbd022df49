using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Node.Hosting;

/// <summary>Engines as a job asks for them.</summary>
internal static class WorkerEngines
{
    public static IGradientEngine Create(JobSpec spec) =>
        new EngineFactory(spec.Engine, spec.Threads).Create(ModelCatalog.Find(spec.Model, spec.Variant));
}
