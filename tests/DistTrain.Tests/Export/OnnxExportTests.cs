using DistTrain.Node.Export;
using DistTrain.Node.Trained;
using DistTrain.Protocol.Onnx;
using DistTrain.Tests.Engines.Simd;
using DistTrain.Tests.Reference;
using DistTrain.Tests.Trained;
using DistTrain.Training;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Synthetic;
using DistTrain.Training.Models;
using DistTrain.Training.Scores;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace DistTrain.Tests.Export;

/// <summary>Exported models as another program computes them: Microsoft's ONNX Runtime.</summary>
public sealed class OnnxExportTests
{
    private static readonly LabelledImages Images = SyntheticDigits.Draw("synthetic:6000", 6000).Test;

    public static TheoryData<string> Models => [.. SimdModels.AllNames];

    [Theory]
    [MemberData(nameof(Models))]
    public void Onnx_runtime_computes_the_same_of_1000_images(string name)
    {
        Assert.Equal(1000, Images.Count);
        AssertComputesTheSame(SimdModels.Find(name), Images);
    }

    [Theory]
    [InlineData("linear:3x32x32-10", "modern")]
    [InlineData("cnn", "modern")]
    [InlineData("cnn:3x8x12-7", "classic")]
    public void Onnx_runtime_computes_the_same_of_colour_images(string name, string variant)
    {
        ModelDescription model = ModelCatalog.Find(name, variant);
        AssertComputesTheSame(model, RandomImages.Make(60, seed: 4, model.Shape, model.Classes));
    }

    [Theory]
    [InlineData("autoencoder", LossKind.MeanSquaredError)]
    [InlineData("autoencoder:3x8x8-20", LossKind.BinaryCrossEntropy)]
    public void Onnx_runtime_gives_the_same_images_back(string name, LossKind loss)
    {
        ModelDescription model = ModelCatalog.Find(name, new NetworkOptions { Loss = loss });
        LabelledImages images = RandomImages.Make(60, seed: 4, model.Shape);
        TrainedModel trained = Trained(model);
        using var inference = new Inference(trained, trained.Checkpoint.Normalisation!, 1);
        float[] expected = inference.Logits(images, CancellationToken.None);

        using var session = new InferenceSession(Export(trained));
        (float[] logits, float[] pixels) = Run(session, images, 0, images.Count, "reconstruction");

        Assert.Equal([-1, model.Shape.Size], session.OutputMetadata["reconstruction"].Dimensions);
        Assert.False(session.OutputMetadata.ContainsKey("probabilities"));
        Assert.Equal(expected.Length, logits.Length);
        Assert.All(expected.Zip(logits), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.All(expected.Zip(pixels), pair => Assert.Equal(PixelScores.Pixel(pair.First), pair.Second, 1e-5));
    }

    private static void AssertComputesTheSame(ModelDescription model, LabelledImages images)
    {
        TrainedModel trained = Trained(model);
        using var inference = new Inference(trained, trained.Checkpoint.Normalisation!, 1);
        float[] expected_NK = inference.Logits(images, CancellationToken.None);

        using var session = new InferenceSession(Export(trained));
        (float[] logits_NK, float[] probabilities_NK) = Run(session, images, 0, images.Count);

        Assert.Equal(expected_NK.Length, logits_NK.Length);
        double scale = Math.Max(1, expected_NK.Max(Math.Abs));
        int classes = trained.Model.Classes;
        int differ = 0;
        for (int n = 0; n < images.Count; n++)
        {
            double[] probabilities = ClassScores.Probabilities(trained.Model.Loss, expected_NK.AsSpan(n * classes, classes));
            bool same = Enumerable.Range(0, classes).All(k =>
                Math.Abs(expected_NK[(n * classes) + k] - logits_NK[(n * classes) + k]) <= 1e-5 * scale
                && Math.Abs(probabilities[k] - probabilities_NK[(n * classes) + k]) <= 1e-5);
            differ += same ? 0 : 1;
        }

        // A step of what is nearly 0 may rightly be 0 or 1, in a few of millions.
        Assert.InRange(differ, 0, trained.Model.Layers.Contains(new Activation(ActivationKind.Step)) ? 10 : 0);
    }

    [Fact]
    public void Batch_may_have_any_size()
    {
        TrainedModel trained = Trained(LeNet5.Modern);
        using var session = new InferenceSession(Export(trained));
        (float[] all, _) = Run(session, Images, 0, 100);

        foreach (int size in (int[])[1, 3, 99])
        {
            (float[] logits, _) = Run(session, Images, 0, size);
            Assert.Equal(10 * size, logits.Length);
            Assert.All(logits.Zip(all), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
        }
    }

    [Fact]
    public void File_says_what_it_is()
    {
        TrainedModel trained = Trained(LeNet5.Classic);
        using var session = new InferenceSession(Export(trained));
        ModelProto proto = ModelProto.Parser.ParseFrom(Export(trained));

        Assert.Equal([-1, 1, 28, 28], session.InputMetadata["pixels"].Dimensions);
        Assert.Equal("batch", session.InputMetadata["pixels"].SymbolicDimensions[0]);
        Assert.Equal([-1, 10], session.OutputMetadata["logits"].Dimensions);
        Assert.Equal([-1, 10], session.OutputMetadata["probabilities"].Dimensions);
        Assert.Equal("disttrain", session.ModelMetadata.ProducerName);
        Dictionary<string, string> metadata = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal(("lenet5", "classic", "30", WeightsDigest.Of(trained.Checkpoint.Weights)), (metadata["model"], metadata["variant"], metadata["step"], metadata["weightsSha256"]));
        Assert.Equal(trained.Checkpoint.Normalisation, NormalisationMetadata.Read(metadata, "m.onnx"));
        Assert.Equal((8, 17), (proto.IrVersion, Assert.Single(proto.OpsetImport).Version));
        Assert.Equal(["Sub", "Div", "Conv", "Sigmoid", "AveragePool", "Conv", "Sigmoid", "AveragePool", "Flatten", "Gemm", "Sigmoid", "Gemm", "Sigmoid", "Gemm", "Identity", "Softmax"], proto.Graph.Node.Select(node => node.OpType));
    }

    [Theory]
    [InlineData("mlp:784-20-10 Tanh BinaryCrossEntropy", "bce", "Flatten Gemm Tanh Gemm Identity Neg Softplus Neg Softmax")]
    [InlineData("mlp:784-20-10 Step MeanSquaredError", "mse", "Flatten Gemm Greater Cast Gemm Identity Softmax")]
    [InlineData("mlp:784-20-10 LeakyRelu", "cross-entropy", "Flatten Gemm LeakyRelu Gemm Identity Softmax")]
    public void Loss_says_what_the_probabilities_are(string name, string loss, string nodes)
    {
        ModelProto proto = ModelProto.Parser.ParseFrom(Export(Trained(SimdModels.Find(name))));

        Assert.Equal($"Sub Div {nodes}", string.Join(' ', proto.Graph.Node.Select(node => node.OpType)));
        Assert.Equal(loss, proto.MetadataProps.Single(entry => entry.Key == "loss").Value);
        Assert.Equal(loss == "bce" ? "sigmoids of the logits over their sum" : "softmax of the logits", proto.Graph.Output[1].DocString);
    }

    [Fact]
    public void Layer_that_ONNX_has_no_operators_for_is_a_one_line_error()
    {
        var model = new ModelDescription("odd", "modern", 1, 28, 28, 10, new Flatten(), new Linear("fc1", 784, 10), new Odd());

        var error = Assert.Throws<UserErrorException>(() => Export(Trained(model, steps: 0)));

        Assert.Contains("model odd: its Odd cannot be exported to ONNX", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Export(TrainedModel trained)
    {
        using var stream = new MemoryStream();
        OnnxExport.Write(stream, trained, trained.Checkpoint.Normalisation!);
        return stream.ToArray();
    }

    /// <summary>With the weights of some steps, of a checkpoint whose job may be about another network.</summary>
    private static TrainedModel Trained(ModelDescription model, int steps = 30)
    {
        float[] weights = steps == 0 ? SimdModels.Initial(model, seed: 1) : SimdModels.Trained(model, steps);
        Checkpoint checkpoint = TrainedCheckpoint.Of("mlp:784-10", "modern", steps: 0) with { Weights = weights, Step = steps };
        return new TrainedModel("c.safetensors", checkpoint, model);
    }

    private static (float[] Logits, float[] Probabilities) Run(InferenceSession session, LabelledImages images, int start, int count, string second = "probabilities")
    {
        var pixels = new DenseTensor<float>([count, images.Channels, images.Height, images.Width]);
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels.SetValue(i, images.Pixels[(start * images.PixelsPerImage) + i] / 255f);
        }

        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = session.Run([NamedOnnxValue.CreateFromTensor("pixels", pixels)]);
        float[] Of(string name) => [.. outputs.Single(output => output.Name == name).AsEnumerable<float>()];
        return (Of("logits"), Of(second));
    }

    private sealed record Odd : Layer;
}
