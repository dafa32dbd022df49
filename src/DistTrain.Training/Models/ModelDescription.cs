using DistTrain.Training.Data;
using DistTrain.Training.Randomness;

namespace DistTrain.Training.Models;

/// <summary>
/// A network as data: its layers, and with them the layout of its flat parameter vector and its initial weights.
/// Loads no tensor library, so that processes that never compute a gradient can use it.
/// </summary>
public sealed class ModelDescription
{
    private readonly ParameterLayer[] parameterLayers;

    /// <param name="classes">0 for a network that gives its input back: its outputs are pixels then.</param>
    /// <param name="layers">In order of application; the last gives one value (logit) an output.</param>
    public ModelDescription(string name, string variant, int channels, int height, int width, int classes, params Layer[] layers)
    {
        Name = name;
        Variant = variant;
        Channels = channels;
        Height = height;
        Width = width;
        Classes = classes;
        Task = classes == 0 ? ModelTask.Reconstruction : ModelTask.Classification;
        Layers = layers;
        HasDropout = layers.Any(layer => layer is Dropout);
        parameterLayers = [.. layers.OfType<ParameterLayer>()];
        Layout = ParameterLayout.Of([.. parameterLayers.SelectMany(Tensors)]);
    }

    /// <summary>As given to <c>--model</c>.</summary>
    public string Name { get; }

    /// <summary>As given to <c>--variant</c>, and what was chosen besides: <see cref="NetworkOptions.Label"/>.</summary>
    public string Variant { get; }

    public int Channels { get; }

    public int Height { get; }

    public int Width { get; }

    /// <summary>0 if it does not classify.</summary>
    public int Classes { get; }

    public ModelTask Task { get; }

    /// <summary>Values for one sample: one a class, or one a pixel, C x H x W.</summary>
    public int Outputs => Task == ModelTask.Classification ? Classes : Shape.Size;

    public ImageShape Shape => new(Channels, Height, Width);

    public IReadOnlyList<Layer> Layers { get; }

    public ParameterLayout Layout { get; }

    public bool HasDropout { get; }

    /// <summary>What it is trained by, which also says what its outputs mean: <see cref="Scores.ClassScores"/>.</summary>
    public LossKind Loss { get; init; } = LossKind.CrossEntropy;

    /// <summary>
    /// In training, samples whose loss is below this have a gradient of zero, and cost the simd engine no way back; 0 for none (Jiang et al., "Accelerating deep learning by
    /// focusing on the biggest losers", 2019, choose by chance instead of by a bound).
    /// </summary>
    public double SkipLossBelow { get; init; }

    /// <summary>
    /// PyTorch's default initialisation: weight and bias of a layer uniform on +-1/sqrt(fan in) (He et al., 2015, with
    /// a = sqrt 5), drawn in the order in which PyTorch would make the modules. Equal, to the bit, to the state dict of
    /// the same modules made after <c>torch.manual_seed(seed)</c>.
    /// </summary>
    /// <param name="weights">Overwritten; of the layout's length.</param>
    public void Initialise(ulong seed, Span<float> weights)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, Layout.Count);
        var random = new MersenneTwister(seed);
        int offset = 0;
        foreach (ParameterLayer layer in parameterLayers)
        {
            int length = layer.Outputs * layer.FanIn;
            Span<float> weight = weights.Slice(offset, length);
            Span<float> bias = weights.Slice(offset + length, layer.Outputs);
            offset += length + layer.Outputs;

            // Both bounds are 1/sqrt(fan in), but PyTorch rounds on different ways there.
            double weightBound = Math.Sqrt(3.0) * (Math.Sqrt(2.0 / (1 + 5.0)) / Math.Sqrt(layer.FanIn));
            double biasBound = 1 / Math.Sqrt(layer.FanIn);
            random.FillUniform(weight, -weightBound, weightBound);
            random.FillUniform(bias, -biasBound, biasBound);
        }
    }

    /// <exception cref="UserErrorException">The images have another shape, or more classes, than the model takes.</exception>
    public void RequireFits(LabelledImages images)
    {
        if (images.Shape != Shape)
        {
            throw new UserErrorException(
                $"model {Name}: takes images of {Shape}, the dataset has {images.Shape}; choose another --model or --dataset, or give --image-size and --grayscale");
        }

        if (Task == ModelTask.Classification && images.Classes > Classes)
        {
            throw new UserErrorException($"model {Name}: has {Classes} classes, the dataset {images.Classes}; choose another --model or --dataset");
        }
    }

    private static IEnumerable<(string Name, int[] Shape)> Tensors(ParameterLayer layer)
    {
        yield return ($"{layer.Name}.weight", layer.WeightShape);
        yield return ($"{layer.Name}.bias", [layer.Outputs]);
    }
}
