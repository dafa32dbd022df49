using DistTrain.Node.Emulation;
using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Node.Hosting;

/// <summary>Engines as a job asks for them.</summary>
internal static class WorkerEngines
{
    public static IGradientEngine Create(JobSpec spec)
    {
        ModelDescription model = spec.Network();
        return spec.IsEmulated
            ? new EmulatedEngine(model.Layout.Count, TimeSpan.FromMilliseconds(spec.EmulateStepMilliseconds), TimeProvider.System, new PreciseSleep().For)
            : new EngineFactory(spec.Engine, spec.Threads).Create(model);
    }

    /// <summary>One whose first gradient takes no longer than the others.</summary>
    public static IGradientEngine CreateWarm(JobSpec spec)
    {
        IGradientEngine engine = Create(spec);
        if (!spec.IsEmulated)
        {
            EngineWarmUp.Run(engine, spec.Network(), spec.BatchSize / spec.Shards);
        }

        return engine;
    }
}
