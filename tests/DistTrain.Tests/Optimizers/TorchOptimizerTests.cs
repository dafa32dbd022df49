using DistTrain.Tests.Reference;
using DistTrain.Training.Optimizers;
using DistTrain.Training.Synchronisation;
using static TorchSharp.torch;

namespace DistTrain.Tests.Optimizers;

/// <summary>Against torch.optim: 200 updates with random gradients and moving learning rates, in one partition and in three.</summary>
[Collection(nameof(LibtorchAlone))]
public sealed class TorchOptimizerTests
{
    private const int Length = 5003;
    private const int Samples = 60;

    [Theory]
    [InlineData("adam", 0, 0, 0)]
    [InlineData("adam", 0, 0.01, 0)]
    [InlineData("adamw", 0, 0, 0.05)]
    [InlineData("nadam", 0, 0, 0)]
    [InlineData("nadam", 0.003, 0.02, 0)]
    [InlineData(OptimizerSamples.NAdamAtOnce, 0, 0.02, 0)]
    [InlineData("sgd", 0, 0, 0)]
    [InlineData("sgd", 0, 0.02, 0)]
    [InlineData("momentum", 0, 0, 0)]
    [InlineData("momentum", 0, 0.02, 0)]
    [InlineData("momentum", 0.003, 0.02, 0)]
    [InlineData("nesterov", 0, 0, 0)]
    [InlineData("nesterov", 0, 0.02, 0)]
    [InlineData("rmsprop", 0, 0, 0)]
    [InlineData("rmsprop", 0.003, 0.02, 0)]
    public void Two_hundred_updates_equal_torch_optim(string name, double l1, double l2, double weightDecay)
    {
        using var scope = NewDisposeScope();
        float[] initial = OptimizerSamples.Values(Length, 3, 0.2);
        var parameter = new TorchSharp.Modules.Parameter(tensor(initial));
        using optim.Optimizer reference = Reference(name, parameter, l2, weightDecay);
        var ours = new[] { 1, 3 }.Select(partitions => new Partitioned(name, new Penalties(l1, l2, weightDecay), initial, partitions)).ToArray();
        var random = new Random(5);
        float[] sum = new float[Length];
        for (int update = 1; update <= 200; update++)
        {
            double learningRate = 1e-3 * (1 + Math.Sin(update));
            for (int i = 0; i < Length; i++)
            {
                sum[i] = (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-4, 3)));
            }

            foreach (Partitioned trained in ours)
            {
                trained.Update(update, learningRate, sum);
            }

            using var step = NewDisposeScope();
            reference.ParamGroups.Single().LearningRate = learningRate;

            // The gradient of L1 |w|, which torch.optim leaves to the loss.
            parameter.grad = (tensor(sum) / Samples) + (parameter.detach().sign() * l1);
            reference.step();
        }

        float[] expected = parameter.data<float>().ToArray();
        float largest = expected.Zip(ours[0].Weights, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(largest <= 1e-6f, $"{largest} from torch.optim");
        Assert.NotEqual(initial, ours[0].Weights);
        Assert.Equal(ours[0].Weights, ours[1].Weights);
    }

    /// <summary>Written out in double: what keeps any factor from being left away by both sides alike.</summary>
    [Fact]
    public void First_update_of_momentum_is_that_of_plain_descent_and_Nesterovs_goes_further()
    {
        float[] weights = [0.5f], sum = [Samples * 2f];
        float After(string name)
        {
            var trained = new Partitioned(name, Penalties.None, weights, 1);
            trained.Update(1, 0.1, sum);
            return trained.Weights[0];
        }

        Assert.Equal(0.5 - (0.1 * 2), After("sgd"), 1e-6);
        Assert.Equal(After("sgd"), After("momentum"));
        Assert.Equal(0.5 - (0.1 * (2 + (0.9 * 2))), After("nesterov"), 1e-6);
        Assert.Equal(0.5 - (0.1 * 2 / Math.Sqrt(0.01 * 4)), After("rmsprop"), 1e-6);
    }

    private static optim.Optimizer Reference(string name, TorchSharp.Modules.Parameter parameter, double l2, double weightDecay) => name switch
    {
        "adam" => optim.Adam([parameter], 1e-3, weight_decay: l2),
        "adamw" => optim.AdamW([parameter], 1e-3, weight_decay: weightDecay),
        "nadam" => optim.NAdam([parameter], 1e-3, weight_decay: l2),
        OptimizerSamples.NAdamAtOnce => optim.NAdam([parameter], 1e-3, weight_decay: l2, momentum_decay: 10),
        "sgd" => optim.SGD([parameter], 1e-3, weight_decay: l2),
        "momentum" => optim.SGD([parameter], 1e-3, momentum: 0.9, weight_decay: l2),
        "nesterov" => optim.SGD([parameter], 1e-3, momentum: 0.9, weight_decay: l2, nesterov: true),
        _ => optim.RMSProp([parameter], 1e-3, alpha: 0.99, eps: 1e-8, weight_decay: l2),
    };

    /// <summary>Weights whose ranges are updated by optimizers of their own, as parameter servers do.</summary>
    private sealed class Partitioned(string name, Penalties penalties, float[] initial, int partitions)
    {
        private readonly (PartitionRange Range, IOptimizer Optimizer, float[] First, float[] Second)[] parts =
        [
            .. PartitionRange.Split(initial.Length, partitions).Select(range =>
            {
                IOptimizer optimizer = OptimizerSamples.Create(name, penalties, 8);
                return (range, optimizer, optimizer.Moments.Zeros(Moments.First, range.Length), optimizer.Moments.Zeros(Moments.Second, range.Length));
            }),
        ];

        public float[] Weights { get; } = [.. initial];

        public void Update(long update, double learningRate, float[] sum)
        {
            foreach ((PartitionRange range, IOptimizer optimizer, float[] first, float[] second) in parts)
            {
                Span<float> weights = Weights.AsSpan(range.Offset, range.Length);
                optimizer.Begin(update, learningRate, Samples);
                optimizer.Apply(new UpdateBlock
                {
                    Weights = weights, GradientSum = sum.AsSpan(range.Offset, range.Length), FirstMoment = first, SecondMoment = second, Updated = weights,
                });
            }
        }
    }
}
