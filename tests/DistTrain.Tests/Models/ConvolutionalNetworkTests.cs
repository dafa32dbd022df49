using DistTrain.Tests.Reference;
using DistTrain.Training.Models;
using static TorchSharp.torch;

namespace DistTrain.Tests.Models;

[Collection(nameof(LibtorchAlone))]
public sealed class ConvolutionalNetworkTests
{
    private static readonly string[] Layers = ["conv1", "conv2", "conv3", "conv4", "fc1", "fc2"];

    [Theory]
    [InlineData("cnn", 1_116_970)]
    [InlineData("cnn:3x32x32-100", 1_116_970 + (257 * 90))]
    [InlineData("cnn:1x28x28-10", 320 + 9_248 + 18_496 + 36_928 + (((64 * 49) + 1) * 256) + 2_570)]
    [InlineData("cnn:3x4x8-2", 896 + 9_248 + 18_496 + 36_928 + (((64 * 2) + 1) * 256) + 514)]
    public void Shape_gives_the_parameters(string name, int parameters)
    {
        ParameterLayout layout = ModelCatalog.Find(name, "modern").Layout;

        Assert.Equal(parameters, layout.Count);
        Assert.Equal(Layers.SelectMany(layer => new[] { $"{layer}.weight", $"{layer}.bias" }), layout.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([64, 32, 3, 3], layout.Tensors.Single(tensor => tensor.Name == "conv3.weight").Shape);
    }

    [Fact]
    public void Variant_and_dropout_are_those_of_its_layers()
    {
        IReadOnlyList<Layer> layers = ModelCatalog.Find("cnn", new NetworkOptions { Variant = "classic", Dropout = 0.25 }).Layers;

        Assert.Equal(5, layers.OfType<Activation>().Count(layer => layer.Kind == ActivationKind.Sigmoid));
        Assert.Equal(2, layers.OfType<Pooling>().Count(layer => layer.Kind == PoolingKind.Average));
        Assert.Equal([new Linear("fc1", 4096, 256), new Activation(ActivationKind.Sigmoid), new Dropout(0.25), new Linear("fc2", 256, 10)], layers.Skip(layers.Count - 4), LayerComparer);
    }

    [Fact]
    public void Initial_weights_have_the_bits_and_names_of_the_modules_after_manual_seed()
    {
        ModelDescription model = ModelCatalog.Find("cnn", "modern");
        float[] ours = new float[model.Layout.Count];
        model.Initialise(5, ours);

        using var scope = NewDisposeScope();
        random.manual_seed(5);
        var modules = nn.Sequential(
            ("conv1", nn.Conv2d(3, 32, 3, padding: 1)), ("conv2", nn.Conv2d(32, 32, 3, padding: 1)),
            ("conv3", nn.Conv2d(32, 64, 3, padding: 1)), ("conv4", nn.Conv2d(64, 64, 3, padding: 1)),
            ("fc1", nn.Linear(4096, 256)), ("fc2", nn.Linear(256, 10)));
        float[] theirs = [.. modules.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];

        Assert.Equal(modules.state_dict().Keys, model.Layout.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(theirs.Select(BitConverter.SingleToUInt32Bits), ours.Select(BitConverter.SingleToUInt32Bits));
    }

    /// <summary>Records with arrays are equal only to themselves.</summary>
    private static bool LayerComparer(Layer expected, Layer actual) => expected.ToString() == actual.ToString();
}
