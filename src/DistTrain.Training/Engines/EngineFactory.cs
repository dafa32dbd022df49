using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Engines.Torch;
using DistTrain.Training.Models;

namespace DistTrain.Training.Engines;

/// <summary>
/// Makes engines of one kind. A factory of <c>torch</c> sets up libtorch for the whole process: make one before the first engine. Other
/// factories do not load it. Engines may be made, used and disposed on any thread.
/// </summary>
public sealed class EngineFactory
{
    /// <summary><see cref="SimdName"/> if it covers the model, else <see cref="TorchName"/>.</summary>
    public const string AutoName = "auto";

    public const string SimdName = "simd";
    public const string TorchName = "torch";

    /// <summary>What <c>--engine</c> takes, for help texts and messages.</summary>
    public const string Names = "auto, simd (lenet5, mlp, linear and autoencoder, in C#) or torch (libtorch, any model)";

    private readonly string engine;
    private readonly Lazy<TorchRuntime> runtime;

    /// <param name="engine">One of <see cref="Names"/>.</param>
    /// <param name="threads">Threads that each engine may use in one call, from 1 on. <c>simd</c> uses one, and those that share its work.</param>
    /// <exception cref="UserErrorException">No such engine.</exception>
    public EngineFactory(string engine, int threads)
    {
        RequireKnown(engine);
        this.engine = engine;
        runtime = new Lazy<TorchRuntime>(() => new TorchRuntime(threads));
        if (engine == TorchName)
        {
            _ = runtime.Value;
        }
    }

    /// <exception cref="UserErrorException">No such engine; the message names those there are.</exception>
    public static void RequireKnown(string engine)
    {
        if (engine is not (AutoName or SimdName or TorchName))
        {
            throw new UserErrorException($"engine '{engine}' is not known: it can be {Names}");
        }
    }

    /// <summary>The engine that computes a model when this one is asked for: never <see cref="AutoName"/>.</summary>
    /// <param name="reason">Why it is not the fastest one, in one line; empty if it is, or if it was asked for by name.</param>
    /// <exception cref="UserErrorException">There is no such engine, or it does not cover the model.</exception>
    public static string Resolve(string engine, ModelDescription model, out string reason)
    {
        RequireKnown(engine);
        reason = "";
        if (engine == TorchName)
        {
            return TorchName;
        }

        if (SimdEngine.Covers(model, out string whyNot))
        {
            return SimdName;
        }

        if (engine == SimdName)
        {
            throw new UserErrorException($"engine 'simd' does not cover model {model.Name}: {whyNot}; choose --engine torch");
        }

        reason = $"torch, as simd does not cover model {model.Name}: {whyNot}";
        return TorchName;
    }

    /// <exception cref="UserErrorException">The engine does not cover the model.</exception>
    public IGradientEngine Create(ModelDescription model) =>
        Resolve(engine, model, out _) == SimdName ? new SimdEngine(model) : new TorchEngine(model, runtime.Value);

    /// <exception cref="UserErrorException">The engine does not cover the model.</exception>
    public IPredictor CreatePredictor(ModelDescription model) => (IPredictor)Create(model);
}
