using DistTrain.Training;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Models;

public sealed class NetworkOptionsTests
{
    public static TheoryData<JobSpec, string> Labels => new()
    {
        { new JobSpec(), "modern" },
        { new JobSpec { Variant = "classic" }, "classic" },
        { new JobSpec { Activation = "relu", Pooling = "max", Loss = "cross-entropy" }, "modern" },
        { new JobSpec { Activation = "sigmoid", Pooling = "average" }, "modern, sigmoid, average pooling" },
        { new JobSpec { Variant = "classic", Activation = "sigmoid", Pooling = "average" }, "classic" },
        { new JobSpec { Loss = "bce", SkipLossBelow = 0.05 }, "modern, bce, loss below 0.05 skipped" },
        { new JobSpec { Variant = "classic", Activation = "step", Pooling = "max", Dropout = 0.2, Loss = "mse" }, "classic, step, max pooling, dropout 0.2, mse" },
        { new JobSpec { Activation = "leaky-relu" }, "modern, leaky-relu 0.01" },
        { new JobSpec { Activation = "leaky-relu", LeakySlope = 0.2 }, "modern, leaky-relu 0.2" },
        { new JobSpec { Model = "mlp:784-20-10", Activation = "tanh" }, "modern, tanh" },
        { new JobSpec { Model = "mlp:784-10", Variant = "classic", Loss = "bce" }, "classic, bce" },
    };

    [Theory]
    [MemberData(nameof(Labels))]
    public void Label_is_the_variant_and_what_differs_from_it(JobSpec job, string label)
    {
        job.Validate();

        Assert.Equal(label, job.Network().Variant);
    }

    [Theory]
    [InlineData("relu", ActivationKind.Relu)]
    [InlineData("leaky-relu", ActivationKind.LeakyRelu)]
    [InlineData("sigmoid", ActivationKind.Sigmoid)]
    [InlineData("tanh", ActivationKind.Tanh)]
    [InlineData("step", ActivationKind.Step)]
    public void Chosen_activation_is_behind_every_hidden_layer(string name, ActivationKind kind)
    {
        var job = new JobSpec { Activation = name, Variant = "classic" };

        Activation[] activations = [.. job.Network().Layers.OfType<Activation>()];

        Assert.Equal(4, activations.Length);
        Assert.All(activations, activation => Assert.Equal(new Activation(kind, kind == ActivationKind.LeakyRelu ? 0.01f : 0), activation));
        Assert.All(job.Network().Layers.OfType<Pooling>(), pooling => Assert.Equal(PoolingKind.Average, pooling.Kind));
    }

    /// <summary>Weights are drawn for the layers, whatever stands between them.</summary>
    [Fact]
    public void Initial_weights_do_not_depend_on_what_is_chosen()
    {
        float[] expected = new float[LeNet5.Modern.Layout.Count];
        float[] found = new float[expected.Length];
        LeNet5.Modern.Initialise(3, expected);
        new JobSpec { Activation = "tanh", Pooling = "average", Loss = "mse" }.Network().Initialise(3, found);

        Assert.Equal(expected, found);
    }

    [Theory]
    [InlineData("mlp:784-20-10", "auto", "max", "--pooling is max: model mlp:784-20-10 has no pooling")]
    [InlineData("mlp:784-10", "tanh", "auto", "--activation is tanh: model mlp:784-10 has no hidden layer")]
    [InlineData("lenet5", "gelu", "auto", "--activation is 'gelu': it must be auto, relu, leaky-relu, sigmoid, tanh or step")]
    [InlineData("lenet5", "auto", "min", "--pooling is 'min': it must be auto, max or average")]
    public void Choice_that_cannot_be_is_a_one_line_error(string model, string activation, string pooling, string says)
    {
        var error = Assert.Throws<UserErrorException>(new JobSpec { Model = model, Activation = activation, Pooling = pooling }.Validate);

        Assert.StartsWith(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
