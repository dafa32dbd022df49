using DistTrain.Tests.Reference;
using DistTrain.Training;
using DistTrain.Training.Models;
using static TorchSharp.torch;

namespace DistTrain.Tests.Models;

[Collection(nameof(LibtorchAlone))]
public sealed class AutoencoderTests
{
    [Theory]
    [InlineData("autoencoder", "784 128 32 128 784", 209_968)]
    [InlineData("autoencoder:1x28x28", "784 128 32 128 784", 209_968)]
    [InlineData("autoencoder:20", "784 20 784", (785 * 20) + (21 * 784))]
    [InlineData("autoencoder:3x8x8-50-5", "192 50 5 50 192", (193 * 50) + (51 * 5) + (6 * 50) + (51 * 192))]
    public void Widths_go_down_to_the_narrowest_and_the_same_way_back(string name, string widths, int parameters)
    {
        ModelDescription model = ModelCatalog.Find(name, "modern");
        Linear[] layers = [.. model.Layers.OfType<Linear>()];

        Assert.Equal(widths, $"{layers[0].Inputs} {string.Join(' ', layers.Select(layer => layer.Outputs))}");
        Assert.Equal(parameters, model.Layout.Count);
        Assert.Equal(Enumerable.Range(1, layers.Length).SelectMany(i => new[] { $"fc{i}.weight", $"fc{i}.bias" }), model.Layout.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(layers.Length - 1, model.Layers.OfType<Activation>().Count());
        Assert.Equal((ModelTask.Reconstruction, model.Shape.Size, 0), (model.Task, model.Outputs, model.Classes));
    }

    [Fact]
    public void Initial_weights_have_the_bits_of_the_modules_after_manual_seed()
    {
        ModelDescription model = ModelCatalog.Find("autoencoder:33-7", "modern");
        float[] ours = new float[model.Layout.Count];
        model.Initialise(5, ours);

        using var scope = NewDisposeScope();
        random.manual_seed(5);
        nn.Module[] layers = [nn.Linear(784, 33), nn.Linear(33, 7), nn.Linear(7, 33), nn.Linear(33, 784)];
        float[] theirs = [.. layers.SelectMany(layer => layer.parameters()).SelectMany(parameter => parameter.data<float>().ToArray())];

        Assert.Equal(theirs.Select(BitConverter.SingleToUInt32Bits), ours.Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void Loss_is_of_pixels()
    {
        Assert.Equal(LossKind.MeanSquaredError, ModelCatalog.Find("autoencoder", new NetworkOptions()).Loss);
        Assert.Equal(LossKind.BinaryCrossEntropy, ModelCatalog.Find("autoencoder", new NetworkOptions { Loss = LossKind.BinaryCrossEntropy }).Loss);
        var error = Assert.Throws<UserErrorException>(() => ModelCatalog.Find("autoencoder", new NetworkOptions { Loss = LossKind.CrossEntropy }));
        Assert.Equal("--loss is cross-entropy: model autoencoder gives pixels back, and knows no classes; choose --loss mse or bce", error.Message);
    }

    [Fact]
    public void Images_of_any_number_of_classes_fit() =>
        ModelCatalog.Find("autoencoder", "modern").RequireFits(RandomImages.Make(1, seed: 1) with { Classes = 200 });
}
