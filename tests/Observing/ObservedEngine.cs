using System.Diagnostics;
using DistTrain.Training.Engines;
using DistTrain.Training.Sharing;

namespace DistTrain.Observing;

/// <summary>An engine that tells when each gradient was computed, on the thread that computed it.</summary>
/// <param name="computed">Receives the timestamps of beginning and end.</param>
internal sealed class ObservedEngine(IGradientEngine engine, Action<long, long> computed) : IGradientEngine, ISharedEngine, ITakesBytes
{
    public string Name => engine.Name;

    public int ParameterCount => engine.ParameterCount;

    public IWorkSharing? Sharing
    {
        get => (engine as ISharedEngine)?.Sharing;
        set
        {
            if (engine is ISharedEngine shared)
            {
                shared.Sharing = value;
            }
        }
    }

    public bool TakesBytes(Batch batch) => engine is ITakesBytes taker && taker.TakesBytes(batch);

    public GradientResult ComputeGradient(ReadOnlySpan<float> weights, Batch batch, Span<float> gradientSum)
    {
        long began = Stopwatch.GetTimestamp();
        GradientResult result = engine.ComputeGradient(weights, batch, gradientSum);
        computed(began, Stopwatch.GetTimestamp());
        return result;
    }

    public GradientResult Evaluate(ReadOnlySpan<float> weights, Batch batch) => engine.Evaluate(weights, batch);

    public void Dispose() => engine.Dispose();
}
