using DistTrain.Training;
using DistTrain.Training.Engines;
using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Engines.Torch;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Engines;

public sealed class EngineFactoryTests
{
    private static readonly ModelDescription OneConvolution = new(
        "one", "modern", channels: 1, height: 28, width: 28, classes: 10,
        new Convolution("conv1", 1, 6, Kernel: 5, Padding: 2),
        new Activation(ActivationKind.Relu),
        new Pooling(PoolingKind.Maximum),
        new Flatten(),
        new Linear("fc1", 1176, 10));

    [Theory]
    [InlineData("auto", "lenet5", "simd")]
    [InlineData("auto", "mlp:784-3-10", "simd")]
    [InlineData("auto", "linear", "simd")]
    [InlineData("auto", "linear:3x32x32-10", "simd")]
    [InlineData("simd", "lenet5", "simd")]
    [InlineData("torch", "lenet5", "torch")]
    public void Engine_resolves_to_the_fastest_that_covers_the_model(string asked, string model, string expected)
    {
        Assert.Equal(expected, EngineFactory.Resolve(asked, ModelCatalog.Find(model, "classic"), out string reason));
        Assert.Equal("", reason);
    }

    [Fact]
    public void Auto_falls_back_to_torch_and_says_why()
    {
        Assert.Equal("torch", EngineFactory.Resolve("auto", OneConvolution, out string reason));
        Assert.Contains("simd does not cover model one: its convolutions", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_chooses_torch_for_convolutions_that_simd_has_not()
    {
        Assert.Equal("torch", EngineFactory.Resolve("auto", ModelCatalog.Find("cnn", "modern"), out string reason));
        Assert.Equal("torch, as simd does not cover model cnn: its convolutions are not those of LeNet-5", reason);
    }

    [Fact]
    public void Simd_asked_for_by_name_refuses_a_model_that_it_does_not_cover()
    {
        var error = Assert.Throws<UserErrorException>(() => EngineFactory.Resolve("simd", OneConvolution, out _));

        Assert.Contains("--engine torch", error.Message, StringComparison.Ordinal);
        Assert.Throws<UserErrorException>(() => new EngineFactory("simd", 1).Create(OneConvolution));
    }

    [Fact]
    public void Factory_makes_what_was_resolved()
    {
        using IGradientEngine simd = new EngineFactory("auto", 1).Create(LeNet5.Classic);
        using IGradientEngine torch = new EngineFactory("auto", 1).Create(OneConvolution);

        Assert.IsType<SimdEngine>(simd);
        Assert.IsType<TorchEngine>(torch);
    }

    [Fact]
    public void Unknown_engine_is_refused() => Assert.Throws<UserErrorException>(() => new EngineFactory("jax", 1));
}
