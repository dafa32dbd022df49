using System.Runtime.CompilerServices;
using DistTrain.Training.Engines;

namespace DistTrain.Benchmarks.Step;

/// <summary>
/// An engine that returns at once, so that a step is exchange and nothing else. Its gradients are zeros: each pooled buffer is
/// cleared when it is seen for the first time and stays so, since zeros add up to zeros.
/// </summary>
internal sealed unsafe class IdleEngine(int parameterCount) : IGradientEngine
{
    private readonly HashSet<nint> cleared = [];

    public string Name => "idle";

    public int ParameterCount => parameterCount;

    public GradientResult ComputeGradient(ReadOnlySpan<float> weights, Batch batch, Span<float> gradientSum)
    {
        // Pooled buffers are pinned: an address is a buffer.
        if (cleared.Add((nint)Unsafe.AsPointer(ref gradientSum[0])))
        {
            gradientSum.Clear();
        }

        return new GradientResult(batch.Count, 1, 0);
    }

    public GradientResult Evaluate(ReadOnlySpan<float> weights, Batch batch) => new(batch.Count, 1, 0);

    public void Dispose()
    {
    }
}
