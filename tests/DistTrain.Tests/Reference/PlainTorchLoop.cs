using DistTrain.Training.Data;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DistTrain.Tests.Reference;

/// <summary>
/// LeNet-5 as anyone would train it with TorchSharp: modules, mean cross-entropy over the global batch, zero_grad,
/// backward, torch.optim.Adam. Shares nothing with the trainer but the type of the images, so that it can judge it.
/// </summary>
public sealed class PlainTorchLoop : IDisposable
{
    private readonly LeNet net;
    private readonly Adam optimizer;

    /// <param name="weights">Initial weights in the order of the state dict; null for the modules' own.</param>
    public PlainTorchLoop(bool modern, float[]? weights, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        using var scope = NewDisposeScope();
        net = new LeNet(modern);
        if (weights is not null)
        {
            CopyIn(weights);
        }

        optimizer = optim.Adam(net.parameters(), 1e-3, beta1, beta2, epsilon);
        net.train();
        scope.Detach(net.parameters());
    }

    /// <summary>Trains on the given global batches, one update each, and returns the weights.</summary>
    /// <param name="learningRates">One a batch.</param>
    public static float[] Train(bool modern, float[] weights, ImageDataset data, IReadOnlyList<int[]> batches, IReadOnlyList<double> learningRates)
    {
        using var loop = new PlainTorchLoop(modern, weights);
        for (int i = 0; i < batches.Count; i++)
        {
            (float[] inputs, long[] labels) = Normalised(data.Train, data.Mean[0], data.StandardDeviation[0], batches[i]);
            loop.Step(inputs, labels, learningRates[i]);
        }

        return loop.Weights();
    }

    public static (float[] Inputs, long[] Labels) Normalised(LabelledImages images, float mean, float deviation, int[] samples)
    {
        int size = images.PixelsPerImage;
        float[] inputs = [.. samples.SelectMany(sample => images.Pixels.AsSpan(sample * size, size).ToArray()).Select(pixel => ((pixel / 255f) - mean) / deviation)];
        return (inputs, [.. samples.Select(sample => (long)images.Labels[sample])]);
    }

    /// <summary>One update; returns the mean loss before it.</summary>
    public float Step(float[] inputs_NCHW, long[] labels, double learningRate)
    {
        using var scope = NewDisposeScope();
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = learningRate;
        }

        optimizer.zero_grad();
        Tensor loss = Loss(inputs_NCHW, labels, Reduction.Mean);
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }

    /// <summary>Gradient of the summed loss, one array a parameter, in the order of the state dict.</summary>
    public float[][] GradientOfSum(float[] inputs_NCHW, long[] labels)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        Loss(inputs_NCHW, labels, Reduction.Sum).backward();
        return [.. net.parameters().Select(parameter => parameter.grad!.data<float>().ToArray())];
    }

    /// <summary>Flat, in the order of the state dict.</summary>
    public float[] Weights() => [.. net.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];

    public string[] ParameterNames() => [.. net.named_parameters().Select(entry => entry.name)];

    public void Dispose()
    {
        optimizer.Dispose();
        net.Dispose();
    }

    private Tensor Loss(float[] inputs_NCHW, long[] labels, Reduction reduction)
    {
        Tensor logits = net.forward(tensor(inputs_NCHW, [labels.Length, 1, 28, 28]));
        return functional.cross_entropy(logits, tensor(labels), reduction: reduction);
    }

    private void CopyIn(float[] weights)
    {
        using var _ = no_grad();
        int offset = 0;
        foreach (Parameter parameter in net.parameters())
        {
            int length = (int)parameter.numel();
            parameter.copy_(tensor(weights[offset..(offset + length)], parameter.shape));
            offset += length;
        }
    }

    private sealed class LeNet : Module<Tensor, Tensor>
    {
        private readonly bool modern;
        private readonly Conv2d conv1 = Conv2d(1, 6, 5, padding: 2);
        private readonly Conv2d conv2 = Conv2d(6, 16, 5);
        private readonly Linear fc1 = Linear(400, 120);
        private readonly Linear fc2 = Linear(120, 84);
        private readonly Linear fc3 = Linear(84, 10);

        public LeNet(bool modern)
            : base("lenet5")
        {
            this.modern = modern;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Tensor x = Pool(Activate(conv1.forward(input)));
            x = Pool(Activate(conv2.forward(x)));
            x = Activate(fc1.forward(x.flatten(1)));
            x = Activate(fc2.forward(x));
            return fc3.forward(x);
        }

        private Tensor Activate(Tensor x) => modern ? functional.relu(x) : functional.sigmoid(x);

        private Tensor Pool(Tensor x) => modern ? functional.max_pool2d(x, 2, 2) : functional.avg_pool2d(x, 2, 2);
    }
}
