namespace DistTrain.Training.Models;

/// <summary>One named tensor within the flat parameter vector.</summary>
/// <param name="Name">As in a PyTorch state dict, e.g. <c>conv1.weight</c>.</param>
/// <param name="Offset">Index of its first element in the flat vector.</param>
public sealed record ParameterTensor(string Name, int Offset, IReadOnlyList<int> Shape)
{
    public int Length { get; } = Shape.Aggregate(1, (product, size) => checked(product * size));
}

/// <summary>
/// How a model's tensors lie in its flat parameter vector: one after the other in the order of the state dict,
/// without gaps. Gradients and optimizer moments have the same layout.
/// </summary>
public sealed class ParameterLayout
{
    private ParameterLayout(IReadOnlyList<ParameterTensor> tensors)
    {
        Tensors = tensors;
        Count = tensors.Sum(tensor => tensor.Length);
    }

    public IReadOnlyList<ParameterTensor> Tensors { get; }

    /// <summary>Number of parameters.</summary>
    public int Count { get; }

    public static ParameterLayout Of(params (string Name, int[] Shape)[] tensors)
    {
        var placed = new List<ParameterTensor>(tensors.Length);
        int offset = 0;
        foreach ((string name, int[] shape) in tensors)
        {
            var tensor = new ParameterTensor(name, offset, shape);
            placed.Add(tensor);
            offset = checked(offset + tensor.Length);
        }

        return new ParameterLayout(placed);
    }
}
