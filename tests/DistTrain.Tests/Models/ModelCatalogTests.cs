using DistTrain.Tests.Reference;
using DistTrain.Training;
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
    public void Unknown_model_is_a_one_line_error_that_says_what_can_be(string name, string variant, string mentioned)
    {
        var error = Assert.Throws<UserErrorException>(() => ModelCatalog.Find(name, variant));

        Assert.Contains(mentioned, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
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
