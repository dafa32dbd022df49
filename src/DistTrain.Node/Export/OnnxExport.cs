using System.Globalization;
using DistTrain.Node.Commands;
using DistTrain.Node.Trained;
using DistTrain.Protocol.Onnx;
using DistTrain.Training;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Data;
using DistTrain.Training.Models;
using Google.Protobuf;

namespace DistTrain.Node.Export;

/// <summary>
/// A trained model as ONNX: pixels from 0 to 1 in, logits and probabilities out. The first two nodes normalise, in float32 as training does, so
/// nobody has to know the constants. The batch may have any size. Opset 17 of ONNX's own operators.
/// </summary>
internal static class OnnxExport
{
    private const int FormatVersion = 8;
    private const int OperatorSet = 17;
    private const string Pixels = "pixels";
    private const string Logits = "logits";
    private const string Probabilities = "probabilities";
    private const string Reconstruction = "reconstruction";

    /// <exception cref="UserErrorException">The model has a layer that ONNX has no operators for.</exception>
    public static void Write(Stream stream, TrainedModel trained, PixelNormalisation normalisation) => Of(trained, normalisation).WriteTo(stream);

    private static ModelProto Of(TrainedModel trained, PixelNormalisation normalisation)
    {
        ModelDescription model = trained.Model;
        var graph = new OnnxGraph(Pixels);
        graph.Input(Pixels, "bright on dark, each pixel from 0 to 1", model.Channels, model.Height, model.Width);
        graph.Add("Sub", "centred", [PerChannel(graph, "mean", normalisation.Mean)]);
        graph.Add("Div", "normalised", [PerChannel(graph, "standardDeviation", normalisation.StandardDeviation)]);
        var layers = new OnnxLayers(graph, model, trained.Checkpoint.Weights);
        foreach (Layer layer in model.Layers)
        {
            layers.Add(layer);
        }

        graph.Add("Identity", Logits);
        if (model.Task == ModelTask.Classification)
        {
            AddProbabilities(graph, model.Loss);
            graph.Output(Logits, "one a class", model.Outputs);
            graph.Output(Probabilities, Meaning(model), model.Outputs);
        }
        else
        {
            graph.Add("Sigmoid", Reconstruction);
            graph.Output(Logits, "one a pixel: channels x height x width", model.Outputs);
            graph.Output(Reconstruction, Meaning(model), model.Outputs);
        }

        return Describe(trained, normalisation, graph.Finish(model.Name));
    }

    /// <summary>As <see cref="Training.Scores.ClassScores"/> has them. Shares of sigmoids are the softmax of their logarithms.</summary>
    private static void AddProbabilities(OnnxGraph graph, LossKind loss)
    {
        if (loss == LossKind.BinaryCrossEntropy)
        {
            graph.Add("Neg", "negated");
            graph.Add("Softplus", "minusLogSigmoid");
            graph.Add("Neg", "logSigmoid");
        }

        graph.Add("Softmax", Probabilities, null, OnnxGraph.Attribute("axis", 1));
    }

    private static string Meaning(ModelDescription model) => model switch
    {
        { Task: ModelTask.Reconstruction } => "sigmoids of the logits, pixels from 0 to 1",
        { Loss: LossKind.BinaryCrossEntropy } => "sigmoids of the logits over their sum",
        _ => "softmax of the logits",
    };

    /// <summary>A scalar, or C x 1 x 1, which spreads over height and width.</summary>
    private static string PerChannel(OnnxGraph graph, string name, ChannelValues values) =>
        graph.Constant(name, values.Count == 1 ? [] : [values.Count, 1, 1], values.ToArray());

    private static ModelProto Describe(TrainedModel trained, PixelNormalisation normalisation, GraphProto graph)
    {
        var proto = new ModelProto
        {
            IrVersion = FormatVersion,
            ProducerName = "disttrain",
            ProducerVersion = VersionCommand.ProgramVersion,
            Graph = graph,
            DocString = $"Input: pixels from 0 to 1, which the first two nodes normalise. Outputs: logits and {(trained.Model.Task == ModelTask.Classification ? Probabilities : Reconstruction)}, {Meaning(trained.Model)}.",
        };
        proto.OpsetImport.Add(new OperatorSetIdProto { Version = OperatorSet });
        var metadata = new Dictionary<string, string>
        {
            ["model"] = trained.Model.Name,
            ["variant"] = trained.Model.Variant,
            ["loss"] = NetworkNames.Of(trained.Model.Loss),
            ["dataset"] = trained.Checkpoint.Job.Dataset,
            ["step"] = trained.Checkpoint.Step.ToString(CultureInfo.InvariantCulture),
            ["weightsSha256"] = WeightsDigest.Of(trained.Checkpoint.Weights),
        };
        NormalisationMetadata.Add(normalisation, metadata);
        ClassNamesMetadata.Add(trained.Checkpoint.ClassNames, metadata);
        proto.MetadataProps.Add(metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value }));
        return proto;
    }
}
