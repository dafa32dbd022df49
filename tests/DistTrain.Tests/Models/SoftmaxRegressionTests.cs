using DistTrain.Tests.Reference;
using DistTrain.Training.Models;
using static TorchSharp.torch;

namespace DistTrain.Tests.Models;

[Collection(nameof(LibtorchAlone))]
public sealed class SoftmaxRegressionTests
{
    [Theory]
    [InlineData("linear", 7_850)]
    [InlineData("linear:3x32x32-10", 30_730)]
    [InlineData("linear:1x2x3-5", 35)]
    public void Shape_gives_the_parameters_of_one_layer(string name, int parameters)
    {
        ModelDescription model = ModelCatalog.Find(name, "classic");

        Assert.Equal(parameters, model.Layout.Count);
        Assert.Equal(["fc1.weight", "fc1.bias"], model.Layout.Tensors.Select(tensor => tensor.Name));
        Assert.Collection(model.Layers, layer => Assert.IsType<Flatten>(layer), layer => Assert.IsType<Linear>(layer));
    }

    [Fact]
    public void Initial_weights_have_the_bits_of_the_module_after_manual_seed()
    {
        ModelDescription model = ModelCatalog.Find("linear", "modern");
        float[] ours = new float[model.Layout.Count];
        model.Initialise(5, ours);

        using var scope = NewDisposeScope();
        random.manual_seed(5);
        float[] theirs = [.. nn.Linear(784, 10).parameters().SelectMany(parameter => parameter.data<float>().ToArray())];

        Assert.Equal(theirs.Select(BitConverter.SingleToUInt32Bits), ours.Select(BitConverter.SingleToUInt32Bits));
    }
}
