using System.Runtime.InteropServices;
using DistTrain.Protocol.Onnx;
using Google.Protobuf;

namespace DistTrain.Node.Export;

/// <summary>An ONNX graph that grows node by node; each takes the last one's output unless told otherwise.</summary>
/// <param name="input">Name of the graph's input.</param>
internal sealed class OnnxGraph(string input)
{
    private readonly GraphProto graph = new();

    /// <summary>Name of the output of the last node.</summary>
    public string Last { get; private set; } = input;

    /// <param name="operation">ONNX's name of it.</param>
    /// <param name="output">Name of its output and of the node.</param>
    /// <param name="more">Names of inputs besides <see cref="Last"/>.</param>
    public void Add(string operation, string output, IEnumerable<string>? more = null, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = operation, Name = output };
        node.Input.Add(Last);
        node.Input.Add(more ?? []);
        node.Output.Add(output);
        node.Attribute.Add(attributes);
        graph.Node.Add(node);
        Last = output;
    }

    /// <summary>A constant; gives its name back.</summary>
    public string Constant(string name, IEnumerable<int> shape, ReadOnlySpan<float> values)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Float, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)) };
        tensor.Dims.Add(shape.Select(size => (long)size));
        graph.Initializer.Add(tensor);
        return name;
    }

    public void Input(string name, string description, params int[] shape) => graph.Input.Add(Value(name, description, shape));

    public void Output(string name, string description, params int[] shape) => graph.Output.Add(Value(name, description, shape));

    public GraphProto Finish(string name)
    {
        graph.Name = name;
        return graph;
    }

    public static AttributeProto Attribute(string name, int value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Attribute(string name, float value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    public static AttributeProto Attribute(string name, params int[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.Add(values.Select(value => (long)value));
        return attribute;
    }

    /// <summary>float32, with a free first dimension.</summary>
    private static ValueInfoProto Value(string name, string description, int[] shape)
    {
        var sizes = new TensorShapeProto();
        sizes.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "batch" });
        sizes.Dim.Add(shape.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = sizes };
        return new ValueInfoProto { Name = name, DocString = description, Type = new TypeProto { TensorType = tensor } };
    }
}
