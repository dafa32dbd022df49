using System.Runtime.InteropServices;
using DistTrain.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Training.Engines.Torch;

/// <summary>Gradients by libtorch's automatic differentiation, for any model. The reference for other engines.</summary>
public sealed class TorchEngine : IGradientEngine, IPredictor, IDividedTime
{
    private readonly TorchRuntime runtime;
    private readonly ModelDescription model;
    private readonly TorchNetwork network;
    private readonly BatchTensors tensors = new();
    private Thread? preparedThread;

    public TorchEngine(ModelDescription model, TorchRuntime runtime)
    {
        this.model = model;
        this.runtime = runtime;
        network = new TorchNetwork(model);
    }

    public string Name => EngineFactory.TorchName;

    public int ParameterCount => model.Layout.Count;

    public IGradientPhases? Phases { get; set; }

    /// <exception cref="NonFiniteLossException">Weights, inputs, a value on the way or the gradient are not finite; the gradient is not written.</exception>
    public GradientResult ComputeGradient(ReadOnlySpan<float> weights, Batch batch, Span<float> gradientSum)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradientSum.Length, ParameterCount);
        batch.RequireKeyFor(model);
        if (batch.Count == 0)
        {
            gradientSum.Clear();
            return default;
        }

        PrepareThread();
        using DisposeScope scope = NewDisposeScope();
        network.Gradients.Clear();
        GradientResult result = Forward(weights, batch, batch.Dropout, out Tensor loss, out Tensor logits_NK);
        Phases?.ForwardEnded();
        if (model.SkipLossBelow > 0)
        {
            loss = TorchLoss.SumOfKept(model, logits_NK, tensors, out int kept);
            result = result with { Skipped = batch.Count - kept };
        }

        loss.backward();
        Finite.Require("the gradient", network.Gradients, batch);
        network.Gradients.CopyTo(gradientSum);
        Phases?.BackwardEnded();
        return result;
    }

    /// <exception cref="NonFiniteLossException">Weights, inputs or a value on the way are not finite.</exception>
    public GradientResult Evaluate(ReadOnlySpan<float> weights, Batch batch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, ParameterCount);
        if (batch.Count == 0)
        {
            return default;
        }

        PrepareThread();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        return Forward(weights, batch, dropout: null, out _, out _);
    }

    public void Predict(ReadOnlySpan<float> weights, Batch batch, Span<float> logits)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, ParameterCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(logits.Length, batch.Count * model.Outputs);
        if (batch.Count == 0)
        {
            return;
        }

        PrepareThread();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        Forward(weights, batch, dropout: null, out _, out Tensor logits_NK);
        MemoryMarshal.Cast<byte, float>(logits_NK.bytes).CopyTo(logits);
    }

    public void Dispose()
    {
        tensors.Dispose();
        network.Dispose();
    }

    private GradientResult Forward(ReadOnlySpan<float> weights, Batch batch, DropoutKey? dropout, out Tensor loss, out Tensor logits_NK)
    {
        if ((batch.Channels, batch.Height, batch.Width) != (model.Channels, model.Height, model.Width))
        {
            throw new ArgumentException(
                $"Model {model.Name} takes images of {model.Channels}x{model.Height}x{model.Width}.", nameof(batch));
        }

        Finite.Require("the weights", weights, batch);
        Finite.Require("the inputs", batch.Inputs, batch);
        weights.CopyTo(network.Weights);
        tensors.Load(batch, model.Task == ModelTask.Reconstruction);
        logits_NK = network.Forward(tensors.Inputs, dropout, out bool finite);
        loss = TorchLoss.Sum(model, logits_NK, tensors);
        double lossSum = MemoryMarshal.Cast<byte, float>(loss.bytes)[0];
        if (!finite || !double.IsFinite(lossSum))
        {
            throw new NonFiniteLossException(double.IsFinite(lossSum) ? double.NaN : lossSum, batch.Count);
        }

        return new GradientResult(batch.Count, lossSum, Correct(MemoryMarshal.Cast<byte, float>(logits_NK.bytes), batch.Labels));
    }

    private int Correct(ReadOnlySpan<float> logits_NK, ReadOnlySpan<long> labels)
    {
        int correct = 0;
        for (int n = 0; model.Task == ModelTask.Classification && n < labels.Length; n++)
        {
            ReadOnlySpan<float> logits = logits_NK.Slice(n * model.Classes, model.Classes);
            int largest = 0;
            for (int k = 1; k < logits.Length; k++)
            {
                largest = logits[k] > logits[largest] ? k : largest;
            }

            correct += largest == labels[n] ? 1 : 0;
        }

        return correct;
    }

    private void PrepareThread()
    {
        // Threads are compared as objects, as their numbers are given out again.
        if (Thread.CurrentThread != preparedThread)
        {
            runtime.PrepareThread();
            preparedThread = Thread.CurrentThread;
        }
    }
}
