using DistTrain.Training.Lanes;
using DistTrain.Training.Models;
using DistTrain.Training.Sharing;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// Gradients by vector instructions from C#, on one thread and those that <see cref="Sharing"/> lends, for the models that <see cref="NetworkShape"/> describes. Samples are the
/// lanes of vectors. The bits of a result depend on the weights and the batch alone: not on the instance, the thread, the
/// width of the processor's vectors, or what was computed before.
/// </summary>
public sealed unsafe class SimdEngine : IGradientEngine, IPredictor, IDividedTime, ISharedEngine, ITakesBytes
{
    private readonly ModelDescription model;
    private readonly INetworkPass pass;

    /// <exception cref="NotSupportedException">The model is not <see cref="Covers">covered</see>.</exception>
    public SimdEngine(ModelDescription model)
        : this(model, VectorWidth.Best)
    {
    }

    internal SimdEngine(ModelDescription model, int lanes)
    {
        this.model = model;
        Name = $"{EngineFactory.SimdName}, {VectorWidth.NameOf(lanes)}";
        NetworkShape shape = NetworkShape.Of(model, out string whyNot) ?? throw new NotSupportedException($"The simd engine cannot compute {model.Name}: {whyNot}.");
        pass = NetworkPasses.Create(shape, lanes);
    }

    public string Name { get; }

    public int ParameterCount => model.Layout.Count;

    public IGradientPhases? Phases
    {
        get => pass.Phases;
        set => pass.Phases = value;
    }

    public IWorkSharing? Sharing
    {
        get => pass.Sharing;
        set => pass.Sharing = value;
    }

    /// <param name="whyNot">Half a sentence for the user; empty if the model is covered.</param>
    public static bool Covers(ModelDescription model, out string whyNot) => NetworkShape.Of(model, out whyNot) is not null;

    public bool TakesBytes(Batch batch) => pass.TakesBytes(batch);

    /// <exception cref="NonFiniteLossException">Weights, inputs, a value on the way or the gradient are not finite. The gradient is of no use then.</exception>
    public GradientResult ComputeGradient(ReadOnlySpan<float> weights, Batch batch, Span<float> gradientSum)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradientSum.Length, ParameterCount);
        batch.RequireKeyFor(model);
        if (batch.Count == 0)
        {
            gradientSum.Clear();
            return default;
        }

        GradientResult result;
        fixed (float* gradient = gradientSum)
        {
            result = Run(weights, batch, gradient, null);
            pass.End(gradient);
        }

        Finite.Require("the gradient", gradientSum, batch);
        return result;
    }

    /// <exception cref="NonFiniteLossException">Weights, inputs or a value on the way are not finite.</exception>
    public GradientResult Evaluate(ReadOnlySpan<float> weights, Batch batch) => Run(weights, batch, null, null);

    public void Predict(ReadOnlySpan<float> weights, Batch batch, Span<float> logits)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(logits.Length, batch.Count * model.Outputs);
        fixed (float* first = logits)
        {
            Run(weights, batch, null, first);
        }
    }

    public void Dispose()
    {
        // All memory is the garbage collector's; scratch memory is its thread's, and goes with it.
    }

    /// <param name="gradient">Null for no way back.</param>
    /// <param name="logits">Null if nobody wants them.</param>
    private GradientResult Run(ReadOnlySpan<float> weights, Batch batch, float* gradient, float* logits)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, ParameterCount);
        if (batch.Count == 0)
        {
            return default;
        }

        if ((batch.Channels, batch.Height, batch.Width) != (model.Channels, model.Height, model.Width))
        {
            throw new ArgumentException($"Model {model.Name} takes images of {model.Channels}x{model.Height}x{model.Width}.", nameof(batch));
        }

        double loss = 0;
        int correct = 0;
        int skipped = 0;
        fixed (float* first = weights)
        {
            for (int start = 0; start < batch.Count; start += Chunk.Samples)
            {
                var chunk = new Chunk(start, Math.Min(Chunk.Samples, batch.Count - start));
                loss += pass.Run(chunk, batch, first, gradient, out int right);
                correct += right;
                skipped += pass.Skipped;
                if (!double.IsFinite(loss))
                {
                    throw Cause(loss, weights, batch);
                }

                if (logits != null)
                {
                    pass.CopyLogits(chunk, logits + ((nint)start * model.Outputs));
                }
            }
        }

        return new GradientResult(batch.Count, loss, correct, skipped);
    }

    /// <summary>
    /// What made the loss other than finite. Every weight and every input takes part in a sum that is looked at on the way, so neither
    /// has to be looked at before.
    /// </summary>
    private static NonFiniteLossException Cause(double loss, ReadOnlySpan<float> weights, Batch batch)
    {
        try
        {
            Finite.Require("the weights", weights, batch);
            Finite.Require("the inputs", batch.Inputs, batch);
        }
        catch (NonFiniteLossException cause)
        {
            return cause;
        }

        return new NonFiniteLossException(loss, batch.Count);
    }
}
