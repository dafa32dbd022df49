using System.Globalization;
using DistTrain.Tests.Reference;
using DistTrain.Training.Engines;
using DistTrain.Training.Engines.Torch;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Engines.Simd;

/// <summary>Models, and weights as they are before and during training.</summary>
internal static class SimdModels
{
    public static readonly string[] Names =
    [
        "lenet5 Relu Maximum", "lenet5 Relu Average", "lenet5 Sigmoid Maximum", "lenet5 Sigmoid Average",
        "mlp:784-65-10 Relu", "mlp:784-33-7-10 Sigmoid", "mlp:784-10 Relu", "mlp:784-1-130-11 Relu",
        "lenet5 Relu Maximum 0.4", "mlp:784-65-33-10 Sigmoid 0.5",
    ];

    public static ModelDescription Find(string name)
    {
        string[] parts = name.Split(' ');
        double dropout = 0;
        if (double.TryParse(parts[^1], CultureInfo.InvariantCulture, out double probability))
        {
            dropout = probability;
            parts = parts[..^1];
        }

        ActivationKind activation = Enum.Parse<ActivationKind>(parts[1]);
        string variant = activation == ActivationKind.Relu ? ModelCatalog.Modern : ModelCatalog.Classic;
        ModelDescription model = ModelCatalog.Find(parts[0], new NetworkOptions { Variant = variant, Dropout = dropout });
        if (parts.Length < 3)
        {
            return model;
        }

        var pooling = new Pooling(Enum.Parse<PoolingKind>(parts[2]));
        Layer[] layers = [.. model.Layers.Select(layer => layer is Pooling ? pooling : layer)];
        return new ModelDescription(model.Name, variant, model.Channels, model.Height, model.Width, model.Classes, layers);
    }

    public static float[] Initial(ModelDescription model, ulong seed)
    {
        float[] weights = new float[model.Layout.Count];
        model.Initialise(seed, weights);
        return weights;
    }

    /// <summary>After some steps of plain gradient descent with the torch engine.</summary>
    public static float[] Trained(ModelDescription model, int steps)
    {
        float[] weights = Initial(model, seed: 8);
        float[] gradient = new float[weights.Length];
        using var torch = new TorchEngine(model, new TorchRuntime(1));
        for (int step = 0; step < steps; step++)
        {
            Batch batch = RandomImages.Batch(RandomImages.Make(16, seed: step, model.Shape, Math.Min(10, model.Classes)), [.. Enumerable.Range(0, 16)]);
            torch.ComputeGradient(weights, batch, gradient);
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] -= 0.05f / 16 * gradient[i];
            }
        }

        return weights;
    }
}
