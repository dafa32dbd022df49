using DistTrain.Tests.Reference;
using DistTrain.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Tests.Models;

[Collection(nameof(LibtorchAlone))]
public sealed class ModelInitialisationTests
{
    [Theory]
    [InlineData(0ul)]
    [InlineData(1ul)]
    [InlineData(42ul)]
    [InlineData(0xdeadbeefcafe1234ul)]
    public void LeNet5_initialised_has_the_bits_of_the_modules_after_manual_seed(ulong seed)
    {
        float[] ours = new float[LeNet5.Modern.Layout.Count];
        LeNet5.Modern.Initialise(seed, ours);

        random.manual_seed((long)seed);
        using var plain = new PlainTorchLoop(modern: true, weights: null);

        Assert.Equal(Bits(plain.Weights()), Bits(ours));
        Assert.Equal(plain.ParameterNames(), LeNet5.Modern.Layout.Tensors.Select(tensor => tensor.Name));
    }

    [Fact]
    public void Mlp_initialised_has_the_bits_of_the_modules_after_manual_seed()
    {
        ModelDescription model = ModelCatalog.Find("mlp:784-301-77-10", "modern");
        float[] ours = new float[model.Layout.Count];
        model.Initialise(7, ours);

        using var scope = NewDisposeScope();
        random.manual_seed(7);
        nn.Module[] layers = [nn.Linear(784, 301), nn.Linear(301, 77), nn.Linear(77, 10)];
        float[] theirs = [.. layers.SelectMany(layer => layer.parameters()).SelectMany(parameter => parameter.data<float>().ToArray())];

        Assert.Equal(Bits(theirs), Bits(ours));
    }

    private static uint[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToUInt32Bits)];
}
