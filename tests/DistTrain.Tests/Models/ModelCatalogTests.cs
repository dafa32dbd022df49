using DistTrain.Tests.Reference;
using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Models;

public sealed class ModelCatalogTests
{
    [Theory]
    [InlineData("modern")]
    [InlineData("classic")]
    public void LeNet5_has_the_published_parameters(string variant)
    {
        ParameterLayout layout = ModelCatalog.Find("lenet5", variant).Layout;

        Assert.Equal(61706, layout.Count);
        Assert.Equal(10, layout.Tensors.Count);
        Assert.Equal([16, 6, 5, 5], layout.Tensors.Single(tensor => tensor.Name == "conv2.weight").Shape);
    }

    [Fact]
    public void Mlp_widths_give_its_layout()
    {
        ModelDescription model = ModelCatalog.Find("mlp:784-4400-4400-10", "modern");

        Assert.Equal(["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "fc3.weight", "fc3.bias"], model.Layout.Tensors.Select(tensor => tensor.Name));
        Assert.Equal((785 * 4400) + (4401 * 4400) + (4401 * 10), model.Layout.Count);
    }

    [Theory]
    [InlineData("resnet", "modern", "lenet5")]
    [InlineData("LeNet5", "modern", "lenet5")]
    [InlineData("lenet5", "baroque", "modern")]
    [InlineData("mlp:", "modern", "''")]
    [InlineData("mlp:784", "modern", "classes")]
    [InlineData("mlp:784-x-10", "modern", "'x'")]
    [InlineData("mlp:784-0-10", "modern", "'0'")]
    [InlineData("mlp:784--3-10", "modern", "''")]
    [InlineData("mlp:783-10", "modern", "square")]
    [InlineData("mlp:1048576-1048576-10", "modern", "parameters")]
    [InlineData("mlp:784-99999999999-10", "modern", "99999999999")]
    [InlineData("mlp", "modern", "inputs and classes")]
    [InlineData("mlp:3x32-10", "modern", "'3x32'")]
    [InlineData("mlp:3x32x32", "modern", "inputs and classes")]
    [InlineData("lenet5:10", "modern", "one shape")]
    [InlineData("linear:300-100", "modern", "in a row are one linear layer")]
    [InlineData("linear:1x28x28-300-10", "modern", "in a row are one linear layer")]
    [InlineData("linear:1x28x28", "modern", "number of classes")]
    [InlineData("cnn:3x32x32", "modern", "number of classes")]
    [InlineData("cnn:3x30x32-10", "modern", "multiples of 4, not 30 and 32")]
    [InlineData("cnn:3x32x2-10", "modern", "multiples of 4, not 32 and 2")]
    [InlineData("cnn:0x32x32-10", "modern", "'0x32x32'")]
    [InlineData("cnn:3x4096x4096-10", "modern", "parameters")]
    public void Unknown_model_is_a_one_line_error_that_says_what_can_be(string name, string variant, string mentioned)
    {
        var error = Assert.Throws<UserErrorException>(() => ModelCatalog.Find(name, variant));

        Assert.Contains(mentioned, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Mlp_takes_images_of_any_shape()
    {
        ModelDescription model = ModelCatalog.Find("mlp:3x8x12-20-4", "modern");

        Assert.Equal(new ImageShape(3, 8, 12), model.Shape);
        Assert.Equal((289 * 20) + (21 * 4), model.Layout.Count);
    }

    [Theory]
    [InlineData("linear", "1x28x28", 10, "linear")]
    [InlineData("linear", "3x32x32", 10, "linear:3x32x32-10")]
    [InlineData("linear", "1x28x28", 26, "linear:1x28x28-26")]
    [InlineData("linear:1x28x28-10", "3x32x32", 10, "linear:1x28x28-10")]
    [InlineData("cnn", "3x32x32", 10, "cnn")]
    [InlineData("cnn", "1x28x28", 10, "cnn:1x28x28-10")]
    [InlineData("autoencoder", "1x28x28", 62, "autoencoder")]
    [InlineData("autoencoder", "3x32x32", 10, "autoencoder:3x32x32-128-32")]
    [InlineData("autoencoder:64-8", "1x28x28", 10, "autoencoder:64-8")]
    [InlineData("autoencoder:64-8", "1x8x8", 10, "autoencoder:1x8x8-64-8")]
    [InlineData("lenet5", "3x32x32", 10, "lenet5")]
    [InlineData("mlp:784-10", "3x32x32", 10, "mlp:784-10")]
    public void Model_named_without_a_shape_takes_that_of_the_images(string name, string shape, int classes, string expected)
    {
        LabelledImages images = RandomImages.Make(1, seed: 1, ImageShape.Parse(shape)) with { Classes = classes };

        string fitted = ModelCatalog.Fit(name, new NetworkOptions(), images);

        Assert.Equal(expected, fitted);
        if (fitted != name)
        {
            ModelCatalog.Find(fitted, new NetworkOptions()).RequireFits(images);
        }
    }

    [Fact]
    public void Images_whose_sides_a_model_cannot_halve_are_refused_by_their_shape()
    {
        var error = Assert.Throws<UserErrorException>(() => new JobSpec { Model = "cnn" }.FittedTo(RandomImages.Make(1, seed: 1, new ImageShape(1, 30, 30))));

        Assert.Contains("multiples of 4, not 30 and 30", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_that_do_not_fit_are_refused()
    {
        var images = RandomImages.Make(1, seed: 1);
        LeNet5.Modern.RequireFits(images);

        Assert.Throws<UserErrorException>(() => LeNet5.Modern.RequireFits(images with { Channels = 3 }));
        Assert.Throws<UserErrorException>(() => LeNet5.Modern.RequireFits(images with { Classes = 11 }));
    }
}
