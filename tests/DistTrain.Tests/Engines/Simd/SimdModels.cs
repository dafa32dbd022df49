using System.Globalization;
using DistTrain.Tests.Reference;
using DistTrain.Training.Engines;
using DistTrain.Training.Engines.Torch;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Engines.Simd;

/// <summary>Models, and weights as they are before and during training.</summary>
internal static class SimdModels
{
    private const string Below = "below:";

    public static readonly string[] Names =
    [
        "lenet5 Relu Maximum", "lenet5 Relu Average", "lenet5 Sigmoid Maximum", "lenet5 Sigmoid Average",
        "mlp:784-65-10 Relu", "mlp:784-33-7-10 Sigmoid", "mlp:784-10 Relu", "mlp:784-1-130-11 Relu",
        "lenet5 Relu Maximum 0.4", "mlp:784-65-33-10 Sigmoid 0.5",
    ];

    /// <summary>What is the same for any activation and loss is tested on the ones above; here are the rest, each with either pooling where it may matter.</summary>
    public static readonly string[] OtherNames =
    [
        "lenet5 Tanh Maximum", "lenet5 Tanh Average BinaryCrossEntropy", "lenet5 LeakyRelu Maximum MeanSquaredError", "lenet5 LeakyRelu Average",
        "lenet5 Step Maximum", "lenet5 Step Average MeanSquaredError", "lenet5 Relu Maximum BinaryCrossEntropy",
        "lenet5 Relu Maximum below:2.3", "lenet5 Step Maximum below:2.3", "lenet5 Sigmoid Average below:2.3", "mlp:784-65-33-10 Relu 0.5 below:2.3", "mlp:784-33-7-10 Sigmoid BinaryCrossEntropy below:0.7",
        "mlp:784-65-33-10 Step 0.5", "mlp:784-33-7-10 Tanh MeanSquaredError", "mlp:784-65-11 LeakyRelu BinaryCrossEntropy 0.4",
    ];

    public static string[] AllNames => [.. Names, .. OtherNames];

    /// <summary>Model, activation, and in any order what else there is: pooling, loss, probability of dropout, and a loss below which samples are skipped.</summary>
    public static ModelDescription Find(string name)
    {
        string[] parts = name.Split(' ');
        ActivationKind activation = Enum.Parse<ActivationKind>(parts[1]);
        var options = new NetworkOptions { Variant = activation == ActivationKind.Sigmoid ? ModelCatalog.Classic : ModelCatalog.Modern };
        if (activation != options.ChosenActivation)
        {
            // Not small: the part below 0 is to be seen in every gradient.
            options = options with { Activation = activation, LeakySlope = 0.2 };
        }

        foreach (string part in parts[2..])
        {
            options = Enum.TryParse(part, out PoolingKind pooling) && Enum.IsDefined(pooling) ? options with { Pooling = pooling }
                : Enum.TryParse(part, out LossKind loss) && Enum.IsDefined(loss) ? options with { Loss = loss }
                : part.StartsWith(Below, StringComparison.Ordinal) ? options with { SkipLossBelow = double.Parse(part[Below.Length..], CultureInfo.InvariantCulture) }
                : options with { Dropout = double.Parse(part, CultureInfo.InvariantCulture) };
        }

        return ModelCatalog.Find(parts[0], options);
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
