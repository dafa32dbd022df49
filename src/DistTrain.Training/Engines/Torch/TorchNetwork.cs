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
    public Tensor Forward(Tensor inputs_NCHW, DropoutKey? dropout)
    {
        key = dropout;
        Tensor x = inputs_NCHW;
        foreach (Func<Tensor, Tensor> operation in operations)
        {
            x = operation(x);
        }

        return x;
    }

    public void Dispose()
    {
        parameters.ForEach(parameter => parameter.Dispose());
        dropouts.ForEach(dropout => dropout.Dispose());
        weights.Dispose();
        gradients.Dispose();
    }

    // ReLU and max-pool commute exactly, in values and gradients; pooling first leaves ReLU a quarter of the work.
    private static List<Layer> CheapestOrder(IReadOnlyList<Layer> layers)
    {
        List<Layer> order = [.. layers];
        for (int i = 1; i < order.Count; i++)
        {
            if (order[i] is Pooling { Kind: PoolingKind.Maximum } && order[i - 1] is Activation { Kind: ActivationKind.Relu })
            {
                (order[i - 1], order[i]) = (order[i], order[i - 1]);
            }
        }

        return order;
    }

    private Func<Tensor, Tensor> Operation(Layer layer, ref int next)
    {
        switch (layer)
        {
            case Convolution convolution:
                Tensor kernel = parameters[next++];
                Tensor kernelBias = parameters[next++];
                long[] padding = [convolution.Padding, convolution.Padding];
                return x => F.conv2d(x, kernel, kernelBias, padding: padding);
            case Linear:
                Tensor weight = parameters[next++];
                Tensor bias = parameters[next++];
                return x => F.linear(x, weight, bias);
            case Activation { Kind: ActivationKind.Relu }:
                return x => x.relu_();
            case Activation { Kind: ActivationKind.Sigmoid }:
                return x => x.sigmoid_();
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
