using DistTrain.Training.Models;

namespace DistTrain.Tests.Reference;

/// <summary>Compares vectors laid out like a model's parameters. A small tensor that is wrong would hide in the norm of the whole.</summary>
public static class TensorByTensor
{
    /// <summary>Norm of the difference over the norm of what is expected, of every tensor.</summary>
    public static double[] Distances(ParameterLayout layout, float[] expected, float[] actual) =>
        [.. layout.Tensors.Select(tensor => Distance(expected.AsSpan(tensor.Offset, tensor.Length), actual.AsSpan(tensor.Offset, tensor.Length)))];

    private static double Distance(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow(expected[i] - actual[i], 2);
            size += Math.Pow(expected[i], 2);
        }

        return Math.Sqrt(difference / size);
    }
}
