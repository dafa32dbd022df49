using DistTrain.Training.Engines.Torch;
using DistTrain.Training.Models;

namespace DistTrain.Training.Engines;

/// <summary>
/// Makes engines of one kind. Make one factory in a process, before its first engine: it sets up the tensor library for the whole process.
/// Engines may be made, used and disposed on any thread.
/// </summary>
public sealed class EngineFactory
{
    public const string TorchName = "torch";

    /// <summary>What <c>--engine</c> takes, for help texts and messages.</summary>
    public const string Names = "torch";

    private readonly TorchRuntime runtime;

    /// <param name="engine">One of <see cref="Names"/>.</param>
    /// <param name="threads">Threads that each engine may use in one call, from 1 on.</param>
    /// <exception cref="UserErrorException">No such engine.</exception>
    public EngineFactory(string engine, int threads)
    {
        RequireKnown(engine);
        runtime = new TorchRuntime(threads);
    }

    /// <exception cref="UserErrorException">No such engine; the message names those there are.</exception>
    public static void RequireKnown(string engine)
    {
        if (engine != TorchName)
        {
            throw new UserErrorException($"engine '{engine}' is not known: it can be {Names}");
        }
    }

    public IGradientEngine Create(ModelDescription model) => new TorchEngine(model, runtime);
}
