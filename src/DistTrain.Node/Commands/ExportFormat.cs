namespace DistTrain.Node.Commands;

public enum ExportFormat
{
    Safetensors,
    Onnx,
}
