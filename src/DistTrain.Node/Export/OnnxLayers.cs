using DistTrain.Protocol.Onnx;
using DistTrain.Training;
using DistTrain.Training.Models;
using static DistTrain.Node.Export.OnnxGraph;

namespace DistTrain.Node.Export;

/// <summary>Each layer of a model as nodes of an ONNX graph: a new kind of layer is a case here.</summary>
internal sealed class OnnxLayers(OnnxGraph graph, ModelDescription model, float[] weights)
{
    private readonly Dictionary<string, int> named = [];

    /// <exception cref="UserErrorException">There is no way to say the layer in ONNX.</exception>
    public void Add(Layer layer)
    {
        switch (layer)
        {
            case Convolution convolution:
                int padding = convolution.Padding;
                graph.Add(
                    "Conv",
                    convolution.Name,
                    Parameters(convolution),
                    Attribute("kernel_shape", [convolution.Kernel, convolution.Kernel]),
                    Attribute("pads", [padding, padding, padding, padding]));
                break;
            case Linear linear:
                graph.Add("Gemm", linear.Name, Parameters(linear), Attribute("transB", 1));
                break;
            case Activation activation:
                Add(activation);
                break;
            case Pooling { Kind: PoolingKind.Maximum }:
                graph.Add("MaxPool", Name("pool"), null, Attribute("kernel_shape", [2, 2]), Attribute("strides", [2, 2]));
                break;
            case Pooling { Kind: PoolingKind.Average }:
                graph.Add("AveragePool", Name("pool"), null, Attribute("kernel_shape", [2, 2]), Attribute("strides", [2, 2]));
                break;
            case Flatten:
                graph.Add("Flatten", Name("flatten"));
                break;
            case Dropout:
                // Nothing is dropped when a network is used: factors were drawn so that the mean stays.
                break;
            default:
                throw Unknown(layer.GetType().Name);
        }
    }

    private void Add(Activation activation)
    {
        switch (activation.Kind)
        {
            case ActivationKind.Relu:
                graph.Add("Relu", Name("relu"));
                break;
            case ActivationKind.LeakyRelu:
                graph.Add("LeakyRelu", Name("leakyRelu"), null, Attribute("alpha", activation.Slope));
                break;
            case ActivationKind.Sigmoid:
                graph.Add("Sigmoid", Name("sigmoid"));
                break;
            case ActivationKind.Tanh:
                graph.Add("Tanh", Name("tanh"));
                break;
            case ActivationKind.Step:
                string name = Name("step");
                graph.Add("Greater", $"{name}.above", [graph.Constant($"{name}.threshold", [], [0f])]);
                graph.Add("Cast", name, null, Attribute("to", (int)TensorProto.Types.DataType.Float));
                break;
            default:
                throw Unknown($"activation {activation.Kind}");
        }
    }

    private UserErrorException Unknown(string what) =>
        new($"model {model.Name}: its {what} cannot be exported to ONNX; export its weights with --format safetensors");

    /// <summary>Weight and bias as constants, by their names in the state dict.</summary>
    private string[] Parameters(ParameterLayer layer) =>
        [.. model.Layout.Tensors.Where(tensor => tensor.Name == $"{layer.Name}.weight" || tensor.Name == $"{layer.Name}.bias")
            .Select(tensor => graph.Constant(tensor.Name, tensor.Shape, weights.AsSpan(tensor.Offset, tensor.Length)))];

    /// <summary>relu1, relu2, ...</summary>
    private string Name(string kind)
    {
        named[kind] = named.GetValueOrDefault(kind) + 1;
        return kind + named[kind].ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
