using DistTrain.Tests.Reference;
using DistTrain.Tests.Trained;
using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;
using DistTrain.Training.Optimizers;

namespace DistTrain.Tests.Engines;

/// <summary>Every activation with every loss, by either engine, against their definitions.</summary>
public sealed class ActivationAndLossTests
{
    private static readonly string[] Engines = ["simd", "torch"];

    public static TheoryData<string, ActivationKind, LossKind> All =>
    [
        .. from engine in Engines from activation in Enum.GetValues<ActivationKind>() from loss in Enum.GetValues<LossKind>() select (engine, activation, loss),
    ];

    public static TheoryData<ActivationKind, LossKind> OfSimd => [.. All.Where(row => row.Data.Item1 == "simd").Select(row => (row.Data.Item2, row.Data.Item3))];

    public static TheoryData<ActivationKind, LossKind, string> WithOptimizers =>
        [.. from row in OfSimd from optimizer in OptimizerCatalog.All select (row.Data.Item1, row.Data.Item2, optimizer.Name)];

    /// <summary>What a step passes back is by definition not its derivative.</summary>
    public static TheoryData<string, ActivationKind, LossKind> Differentiable => [.. All.Where(row => row.Data.Item2 != ActivationKind.Step)];

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void Gradient_of_every_tensor_is_a_central_difference_in_float64(string engine, ActivationKind activation, LossKind loss)
    {
        ModelDescription model = ModelCatalog.Find("lenet5", new NetworkOptions { Activation = activation, LeakySlope = 0.2, Loss = loss });
        float[] weights = Initial(model);
        Batch batch = RandomImages.Batch(4, seed: 2);
        float[] gradient = new float[weights.Length];
        using IGradientEngine used = new EngineFactory(engine, 1).Create(model);
        double lossSum = used.ComputeGradient(weights, batch, gradient).LossSum;

        double[] exact = [.. weights];
        Assert.Equal(Float64Network.Loss(model, exact, batch), lossSum, 1e-5 * lossSum);
        foreach (ParameterTensor tensor in model.Layout.Tensors)
        {
            // Along the tensor's own gradient, of which the derivative is the norm.
            float[] own = gradient[tensor.Offset..(tensor.Offset + tensor.Length)];
            double norm = Math.Sqrt(own.Sum(value => (double)value * value));
            const double Step = 1e-5;
            double LossAt(double distance)
            {
                double[] moved = [.. exact];
                for (int i = 0; i < own.Length; i++)
                {
                    moved[tensor.Offset + i] += distance * own[i] / norm;
                }

                return Float64Network.Loss(model, moved, batch);
            }

            double difference = (LossAt(Step) - LossAt(-Step)) / (2 * Step);
            Assert.True(Math.Abs(norm - difference) <= 1e-3 * norm, $"{tensor.Name}: {norm:R} and {difference:R}");
        }
    }

    [Theory]
    [MemberData(nameof(WithOptimizers))]
    public void Fifty_steps_of_any_optimizer_lower_the_loss(ActivationKind activation, LossKind loss, string optimizer)
    {
        ModelDescription model = ModelCatalog.Find("mlp:784-32-16-10", new NetworkOptions { Activation = activation, Loss = loss });
        (double before, double after) = Train("simd", model, new JobSpec { Optimizer = optimizer });

        Assert.True(after < before, $"{before} became {after}");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fifty_steps_of_Adam_lower_the_loss(string engine, ActivationKind activation, LossKind loss)
    {
        ModelDescription model = ModelCatalog.Find("mlp:784-32-16-10", new NetworkOptions { Activation = activation, Loss = loss });
        (double before, double after) = Train(engine, model);

        // A sigmoid lets at most a quarter of a gradient through, and takes longer.
        Assert.True(after < (activation == ActivationKind.Sigmoid ? 0.97 : 0.85) * before, $"{before} fell to {after}");
    }

    [Theory]
    [MemberData(nameof(OfSimd))]
    public void Fifty_steps_of_Adam_lower_the_loss_of_LeNet5(ActivationKind activation, LossKind loss)
    {
        ModelDescription model = ModelCatalog.Find("lenet5", new NetworkOptions { Activation = activation, Loss = loss });
        (double before, double after) = Train("simd", model);

        Assert.True(after < (activation == ActivationKind.Sigmoid ? 0.999 : 0.99) * before, $"{before} fell to {after}");
    }

    /// <summary>Weights of 0 and these biases make the inputs of six steps exact: 1 above 0, and the gradient passes where |x| is at most 1.</summary>
    [Theory]
    [InlineData("simd")]
    [InlineData("torch")]
    public void Step_is_1_above_0_and_passes_the_gradient_from_minus_1_to_1(string engine)
    {
        float[] inputs = [0f, 1f, -1f, 1.0000001f, -1.0000001f, 0.5f];
        float[] outputs = [0f, 1f, 0f, 1f, 0f, 1f];
        bool[] passes = [true, true, true, false, false, true];
        ModelDescription model = ModelCatalog.Find("mlp:784-6-10", new NetworkOptions { Activation = ActivationKind.Step });
        float[] weights = Initial(model);
        Span<float> Tensor(float[] of, int index) => of.AsSpan(model.Layout.Tensors[index].Offset, model.Layout.Tensors[index].Length);
        Tensor(weights, 0).Clear();
        inputs.CopyTo(Tensor(weights, 1));
        Batch batch = RandomImages.Batch(20, seed: 1);
        float[] gradient = new float[weights.Length];
        using IGradientEngine used = new EngineFactory(engine, 1).Create(model);
        used.ComputeGradient(weights, batch, gradient);

        // All samples look the same to the second layer: its weights' gradients are its biases', times the outputs.
        float[] errors = Tensor(gradient, 3).ToArray();
        for (int h = 0; h < inputs.Length; h++)
        {
            double back = 0;
            for (int k = 0; k < errors.Length; k++)
            {
                Assert.Equal(outputs[h] * errors[k], Tensor(gradient, 2)[(k * inputs.Length) + h], 1e-5);
                back += Tensor(weights, 2)[(k * inputs.Length) + h] * (double)errors[k];
            }

            Assert.Equal(passes[h] ? back : 0, Tensor(gradient, 1)[h], 1e-5);
            Assert.NotEqual(0, back, 1e-3);
        }
    }

    /// <summary>Loss of the same 200 images before and after 50 updates on others.</summary>
    /// <param name="job">Names the optimizer, which takes its own learning rate unless the job has one; null for Adam at 0.004.</param>
    private static (double Before, double After) Train(string engine, ModelDescription model, JobSpec? job = null)
    {
        job ??= new JobSpec { LearningRate = 4e-3 };
        float[] weights = Initial(model);
        using IGradientEngine used = new EngineFactory(engine, 1).Create(model);
        Batch test = TrainingBatch(TrainedCheckpoint.Digits.Test, 0, 200);
        double before = used.Evaluate(weights, test).LossSum;
        IOptimizer optimizer = job.NewOptimizer();
        float[] gradient = new float[weights.Length];
        float[] first = new float[weights.Length];
        float[] second = new float[weights.Length];
        for (int update = 1; update <= 50; update++)
        {
            used.ComputeGradient(weights, TrainingBatch(TrainedCheckpoint.Digits.Train, 32 * (update % 30), 32), gradient);
            optimizer.Begin(update, job.PeakLearningRate(), 32);
            optimizer.Apply(new UpdateBlock { Weights = weights, GradientSum = gradient, FirstMoment = first, SecondMoment = second, Updated = weights });
        }

        return (before, used.Evaluate(weights, test).LossSum);
    }

    private static Batch TrainingBatch(Training.Data.LabelledImages images, int start, int count)
    {
        var batch = new Batch(images, TrainedCheckpoint.Digits.Mean, TrainedCheckpoint.Digits.StandardDeviation, count);
        batch.Fill(images, [.. Enumerable.Range(start, count)]);
        return batch;
    }

    private static float[] Initial(ModelDescription model)
    {
        float[] weights = new float[model.Layout.Count];
        model.Initialise(5, weights);
        return weights;
    }
}
