using System.Runtime.InteropServices;
using DistTrain.Training.Models;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace DistTrain.Training.Engines.Torch;

/// <summary>
/// The forward pass of a model in libtorch's operations. Its parameters are views of one flat tensor, and their
/// gradients of another.
/// </summary>
internal sealed class TorchNetwork : IDisposable
{
    private readonly AlignedTensor<float> weights;
    private readonly AlignedTensor<float> gradients;
    private readonly List<Tensor> parameters = [];
    private readonly List<Func<Tensor, Tensor>> operations = [];
    private readonly List<TorchDropout> dropouts = [];
    private DropoutKey? key;
    private bool isFinite;

    public TorchNetwork(ModelDescription model)
    {
        weights = new AlignedTensor<float>(model.Layout.Count);
        gradients = new AlignedTensor<float>(model.Layout.Count);
        foreach (ParameterTensor tensor in model.Layout.Tensors)
        {
            long[] shape = [.. tensor.Shape.Select(size => (long)size)];
            Tensor parameter = weights.View(tensor.Offset, shape).requires_grad_(true);
            using Tensor gradient = gradients.View(tensor.Offset, shape);

            // Backward adds in place to a gradient that exists, so it writes straight into the flat tensor.
            parameter.grad = gradient;
            parameters.Add(parameter);
        }

        int next = 0;
        foreach (Layer layer in CheapestOrder(model.Layers))
        {
            operations.Add(Operation(layer, ref next));
        }
    }

    public Span<float> Weights => weights.Values;

    /// <summary>Backward adds to it; clear it first.</summary>
    public Span<float> Gradients => gradients.Values;

    /// <summary>N x C x H x W to N x classes.</summary>
    /// <param name="dropout">What it is drawn from; null for none.</param>
    /// <param name="finite">No value on the way, nor an output, is infinite or not a number.</param>
    public Tensor Forward(Tensor inputs_NCHW, DropoutKey? dropout, out bool finite)
    {
        key = dropout;
        isFinite = true;
        Tensor x = inputs_NCHW;
        foreach (Func<Tensor, Tensor> operation in operations)
        {
            x = operation(x);
        }

        finite = isFinite;
        return x;
    }

    public void Dispose()
    {
        parameters.ForEach(parameter => parameter.Dispose());
        dropouts.ForEach(dropout => dropout.Dispose());
        weights.Dispose();
        gradients.Dispose();
    }

    // The largest input has the largest activated value, and the gradient; pooling first leaves the activation a quarter of the work.
    private static List<Layer> CheapestOrder(IReadOnlyList<Layer> layers)
    {
        List<Layer> order = [.. layers];
        for (int i = 1; i < order.Count; i++)
        {
            if (order[i] is Pooling { Kind: PoolingKind.Maximum } && order[i - 1] is Activation)
            {
                (order[i - 1], order[i]) = (order[i], order[i - 1]);
            }
        }

        return order;
    }

    private static Func<Tensor, Tensor> Function(Activation activation) => activation.Kind switch
    {
        ActivationKind.Relu => x => x.relu_(),
        ActivationKind.LeakyRelu => LeakyRelu(activation.Slope),
        ActivationKind.Sigmoid => x => x.sigmoid_(),
        ActivationKind.Tanh => x => x.tanh_(),
        ActivationKind.Step => x => StepFunction.apply(x),
        _ => throw new NotSupportedException($"The torch engine has no activation {activation.Kind}."),
    };

    private static Func<Tensor, Tensor> LeakyRelu(double slope)
    {
        // The function keeps it: one that was made anew for each call might be freed by a collection of garbage before libtorch reads it.
        Scalar negative = slope;
        return x => x.leaky_relu_(negative);
    }

    /// <summary>Weighted sums, where numbers overflow. What follows may hide it: sigmoid of infinity is 1, and a maximum leaves out what is less than all.</summary>
    private Tensor Noted(Tensor sums)
    {
        isFinite &= Finite.IndexOfOther(MemoryMarshal.Cast<byte, float>(sums.bytes)) < 0;
        return sums;
    }

    private Func<Tensor, Tensor> Operation(Layer layer, ref int next)
    {
        switch (layer)
        {
            case Convolution convolution:
                Tensor kernel = parameters[next++];
                Tensor kernelBias = parameters[next++];
                long[] padding = [convolution.Padding, convolution.Padding];
                return x => Noted(F.conv2d(x, kernel, kernelBias, padding: padding));
            case Linear:
                Tensor weight = parameters[next++];
                Tensor bias = parameters[next++];
                return x => Noted(F.linear(x, weight, bias));
            case Activation activation:
                return Function(activation);
            case Pooling { Kind: PoolingKind.Maximum }:
                return x => MaximumPoolingFunction.apply(x);
            case Pooling { Kind: PoolingKind.Average }:
                return x => F.avg_pool2d(x, 2, 2);
            case Dropout { Probability: var probability }:
                var dropout = new TorchDropout(new DropoutMask(probability, dropouts.Count));
                dropouts.Add(dropout);
                return x => key is { } drawn ? dropout.Apply(x, drawn) : x;
            case Flatten:
                return x => x.flatten(1);
            default:
                throw new NotSupportedException($"The torch engine has no operation for {layer}.");
        }
    }
}
