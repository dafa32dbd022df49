using DistTrain.Training.Models;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// The models that have kernels here, in numbers: fully connected layers of any widths, alone or behind the two convolutions of
/// LeNet-5, with one kind of activation throughout and none at the end. Dropout may follow the activations of the former.
/// </summary>
internal sealed class NetworkShape
{
    private static readonly ConvolutionShape[] LeNetConvolutions = [new(1, 6, 32, 32), new(6, 16, 14, 14)];

    private readonly int[] convolutionOffsets;
    private readonly int[] layerOffsets;

    private NetworkShape(ModelDescription model, ConvolutionShape[] convolutions, int[] widths, DropoutMask?[] dropouts, Activation activation, PoolingKind pooling)
    {
        Convolutions = convolutions;
        Widths = widths;
        Dropouts = dropouts;
        Activation = activation;
        Pooling = pooling;
        Inputs = model.Shape.Size;
        Task = model.Task;
        Loss = model.Loss;
        LeastLoss = model.SkipLossBelow;
        Parameters = model.Layout.Count;
        ImageHeight = model.Height;
        ImageWidth = model.Width;
        int[] offsets = [.. model.Layout.Tensors.Where((_, i) => i % 2 == 0).Select(tensor => tensor.Offset)];
        convolutionOffsets = offsets[..convolutions.Length];
        layerOffsets = offsets[convolutions.Length..];
    }

    /// <summary>None, or those of LeNet-5.</summary>
    public ConvolutionShape[] Convolutions { get; }

    /// <summary>Of the fully connected part, from its inputs to the outputs.</summary>
    public int[] Widths { get; }

    /// <summary>Behind each fully connected layer and its activation; null for none.</summary>
    public DropoutMask?[] Dropouts { get; }

    public Activation Activation { get; }

    public PoolingKind Pooling { get; }

    public ModelTask Task { get; }

    public LossKind Loss { get; }

    /// <summary>Samples with a smaller one have no way back: <see cref="ModelDescription.SkipLossBelow"/>.</summary>
    public double LeastLoss { get; }

    /// <summary>Of the flat vector.</summary>
    public int Parameters { get; }

    public int ImageHeight { get; }

    public int ImageWidth { get; }

    /// <summary>Values of one sample; those of a convolution have one channel.</summary>
    public int Inputs { get; }

    /// <summary>Where a convolution's weights begin in the flat vector; its biases follow.</summary>
    public int ConvolutionOffset(int index) => convolutionOffsets[index];

    /// <summary>Where a fully connected layer's weights begin in the flat vector; its biases follow.</summary>
    public int LayerOffset(int index) => layerOffsets[index];

    /// <summary>The shape of a model, or null and why it has none.</summary>
    public static NetworkShape? Of(ModelDescription model, out string whyNot)
    {
        whyNot = "";
        List<Layer> layers = [.. model.Layers];
        Activation[] activations = [.. layers.OfType<Activation>().Distinct()];
        PoolingKind[] poolings = [.. layers.OfType<Pooling>().Select(layer => layer.Kind).Distinct()];
        int flatten = layers.FindIndex(layer => layer is Flatten);
        DropoutMask?[] dropouts = TakeDropouts(layers, flatten);
        if (activations.Length > 1 || poolings.Length > 1)
        {
            whyNot = "its layers have different activations or poolings";
        }
        else if (flatten < 0 || !IsFullyConnected(layers[(flatten + 1)..], model))
        {
            whyNot = "it is not made of convolutions and then fully connected layers";
        }
        else if (flatten > 0 && !HasConvolutionsOfLeNet(layers[..flatten], model))
        {
            whyNot = "its convolutions are not those of LeNet-5";
        }

        if (whyNot.Length > 0)
        {
            return null;
        }

        Linear[] linear = [.. layers.OfType<Linear>()];
        ConvolutionShape[] convolutions = flatten == 0 ? [] : LeNetConvolutions;
        return new NetworkShape(
            model,
            convolutions,
            [linear[0].Inputs, .. linear.Select(layer => layer.Outputs)],
            dropouts,
            activations.FirstOrDefault() ?? new Activation(ActivationKind.Relu),
            poolings.FirstOrDefault());
    }

    /// <summary>Removes what follows an activation of a fully connected layer; dropout elsewhere stays, and is not covered.</summary>
    /// <returns>One for each fully connected layer.</returns>
    private static DropoutMask?[] TakeDropouts(List<Layer> layers, int flatten)
    {
        var masks = new DropoutMask?[layers.Count(layer => layer is Linear)];
        int drawn = 0;
        for (int i = flatten + 1, linear = -1; i < layers.Count; i++)
        {
            linear += layers[i] is Linear ? 1 : 0;
            if (linear >= 0 && layers[i] is Dropout dropout && layers[i - 1] is Activation)
            {
                masks[linear] = new DropoutMask(dropout.Probability, drawn++);
                layers.RemoveAt(i--);
            }
        }

        return masks;
    }

    private static bool IsFullyConnected(List<Layer> layers, ModelDescription model)
    {
        bool alternates = layers.Count % 2 == 1 && layers.Select((layer, i) => i % 2 == 0 ? layer is Linear : layer is Activation).All(fits => fits);
        return alternates && ((Linear)layers[^1]).Outputs == model.Outputs;
    }

    private static bool HasConvolutionsOfLeNet(List<Layer> layers, ModelDescription model) =>
        model is { Channels: 1, Height: 28, Width: 28 }
        && layers is
        [
            Convolution { Inputs: 1, Outputs: 6, Kernel: 5, Padding: 2 }, Models.Activation, Models.Pooling,
            Convolution { Inputs: 6, Outputs: 16, Kernel: 5, Padding: 0 }, Models.Activation, Models.Pooling,
        ];
}
