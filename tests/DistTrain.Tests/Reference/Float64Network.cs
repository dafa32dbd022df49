using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Tests.Reference;

/// <summary>A model in libtorch's float64, differentiated by autograd: what engines that compute in float32 come near to.</summary>
public static class Float64Network
{
    /// <summary>Of a layer's largest value: ten times what float32 rounds away there.</summary>
    private const double Margin = 3e-6;

    /// <summary>How far losses are from a bound below which they are skipped.</summary>
    private const double MarginOfLoss = 1e-4;

    private static readonly Scalar MinusOne = -1;
    private static readonly Scalar One = 1;

    /// <summary>Gradient of the summed loss, laid out like the weights.</summary>
    public static float[] Gradient(ModelDescription model, float[] weights, Batch batch)
    {
        using var scope = NewDisposeScope();
        Tensor flat = tensor(weights).to(ScalarType.Float64).requires_grad_(true);
        Loss(model, flat, batch).backward();
        return flat.grad!.to(ScalarType.Float32).data<float>().ToArray();
    }

    /// <summary>How fast the summed loss rises along a direction, as a central difference: no differentiation takes part.</summary>
    /// <param name="direction">Of any length; its own length does not count.</param>
    public static double Slope(ModelDescription model, float[] weights, float[] direction, Batch batch)
    {
        const double Step = 1e-6;
        using var scope = NewDisposeScope();
        Tensor from = tensor(weights).to(ScalarType.Float64);
        Tensor along = tensor(direction).to(ScalarType.Float64);
        Tensor move = along / along.norm() * Of(Step);
        return (Loss(model, from + move, batch) - Loss(model, from - move, batch)).item<double>() / (2 * Step);
    }

    /// <summary>The summed loss alone.</summary>
    public static double Loss(ModelDescription model, double[] weights, Batch batch)
    {
        using var scope = NewDisposeScope();
        return Loss(model, tensor(weights), batch).item<double>();
    }

    /// <summary>
    /// The first samples whose gradient does not hang on rounding. Where the largest two of a pooling window are nearly the
    /// same, or an argument is nearly at a kink or a jump, engines that round differently may rightly send it different ways.
    /// </summary>
    public static int[] DecidedSamples(ModelDescription model, float[] weights, LabelledImages images, int count)
    {
        Batch all = RandomImages.Batch(images, [.. Enumerable.Range(0, images.Count)]);
        bool[] keep = Decided(model, weights, all, dropout: null);
        int[] chosen = [.. Enumerable.Range(0, images.Count).Where(sample => keep[sample]).Take(count)];
        Assert.Equal(count, chosen.Length);
        return chosen;
    }

    /// <summary>A batch of these samples with the first update's dropout that leaves no gradient to rounding.</summary>
    public static Batch DecidedBatch(ModelDescription model, float[] weights, LabelledImages images, int[] samples)
    {
        for (int update = 1; update < 50; update++)
        {
            Batch batch = RandomImages.Batch(images, new DropoutKey(Seed: 9, update, Shard: 2), samples);
            if (!model.HasDropout || Decided(model, weights, batch, batch.Dropout).All(decided => decided))
            {
                return batch;
            }
        }

        throw new InvalidOperationException("No dropout leaves all samples decided.");
    }

    /// <summary>As docs/models.md has them, by nothing but exponentials and logarithms.</summary>
    private static Tensor Loss(ModelDescription model, Tensor weights, Batch batch)
    {
        Tensor z = Forward(model, weights, batch.Inputs.ToArray(), batch.Count, batch.Dropout, (_, _) => { });
        Tensor losses_N = Losses(model, z, batch);
        return (losses_N * losses_N.ge(Of(model.SkipLossBelow)).to(ScalarType.Float64)).sum();
    }

    private static Tensor Losses(ModelDescription model, Tensor z, Batch batch)
    {
        if (model.Task == ModelTask.Reconstruction)
        {
            return PixelLosses(model, z, batch);
        }

        Tensor labels = tensor(batch.Labels.ToArray()).unsqueeze(1);
        Tensor t = zeros_like(z).scatter(1, labels, ones_like(labels).to(ScalarType.Float64));
        Tensor p = z.exp() / z.exp().sum(1, keepdim: true);
        return model.Loss switch
        {
            LossKind.CrossEntropy => -(t * p.log()).sum(1),
            LossKind.MeanSquaredError => (p - t).square().sum(1) / Of(model.Classes),
            _ => (z.exp().log1p() - (t * z)).sum(1) / Of(model.Classes),
        };
    }

    private static bool[] Decided(ModelDescription model, float[] weights, Batch batch, DropoutKey? dropout)
    {
        using var scope = NewDisposeScope();
        Tensor decided = ones(batch.Count, ScalarType.Bool);
        Tensor z = Forward(model, tensor(weights).to(ScalarType.Float64), batch.Inputs.ToArray(), batch.Count, dropout, (layer, x) =>
        {
            double margin = x.abs().max().item<double>() * Margin;
            if (layer is Activation { Kind: ActivationKind.Relu or ActivationKind.LeakyRelu or ActivationKind.Step })
            {
                decided = decided.logical_and(x.abs().flatten(1).amin([1L]) > Of(margin));
            }

            if (layer is Activation { Kind: ActivationKind.Step })
            {
                decided = decided.logical_and((x.abs() - Of(1)).abs().flatten(1).amin([1L]) > Of(margin));
            }

            if (layer is Pooling { Kind: PoolingKind.Maximum })
            {
                // Where all of a window is cut off by ReLU, it does not matter which is the largest.
                Tensor two = x.unfold(2, 2, 2).unfold(3, 2, 2).flatten(4).topk(2).values;
                Tensor gap = two.select(4, 0) - two.select(4, 1);
                Tensor cut = two.select(4, 0) <= Of(model.Layers.Contains(new Activation(ActivationKind.Relu)) ? 0 : double.NegativeInfinity);
                decided = decided.logical_and(gap.gt(Of(margin)).logical_or(cut).flatten(1).all(1));
            }
        });
        if (model.SkipLossBelow > 0)
        {
            decided = decided.logical_and((Losses(model, z, batch) - Of(model.SkipLossBelow)).abs() > Of(MarginOfLoss));
        }

        return decided.data<bool>().ToArray();
    }

    private static Tensor PixelLosses(ModelDescription model, Tensor z, Batch batch)
    {
        float[] pixels = new float[batch.Count * model.Outputs];
        batch.CopyPixels(0, pixels);
        Tensor t = tensor(pixels, [batch.Count, model.Outputs]).to(ScalarType.Float64);
        Tensor one = Of(1);
        Tensor p = one / (one + (-z).exp());
        Tensor loss = model.Loss == LossKind.MeanSquaredError ? (p - t).square() : -((t * p.log()) + ((one - t) * (one - p).log()));
        return loss.sum(1) / Of(model.Outputs);
    }

    /// <param name="seen">Receives every layer with its input.</param>
    private static Tensor Forward(ModelDescription model, Tensor weights, float[] inputs, int samples, DropoutKey? key, Action<Layer, Tensor> seen)
    {
        Tensor x = tensor(inputs, [samples, model.Channels, model.Height, model.Width]).to(ScalarType.Float64);
        long offset = 0;
        int dropouts = 0;
        Tensor Take(params long[] shape)
        {
            long length = shape.Aggregate(1L, (product, size) => product * size);
            offset += length;
            return weights.narrow(0, offset - length, length).view(shape);
        }

        foreach (Layer layer in MaximaFirst(model.Layers))
        {
            seen(layer, x);
            x = layer switch
            {
                Convolution conv => nn.functional.conv2d(
                    x, Take(conv.Outputs, conv.Inputs, conv.Kernel, conv.Kernel), Take(conv.Outputs), padding: [conv.Padding, conv.Padding]),
                Linear linear => nn.functional.linear(x, Take(linear.Outputs, linear.Inputs), Take(linear.Outputs)),
                Activation { Kind: ActivationKind.Relu } => x.relu(),
                Activation { Kind: ActivationKind.LeakyRelu, Slope: var slope } => where(x > Of(0), x, x * Of(slope)),
                Activation { Kind: ActivationKind.Tanh } => x.tanh(),
                Activation { Kind: ActivationKind.Step } => StraightThrough(x),
                Activation => x.sigmoid(),
                Pooling { Kind: PoolingKind.Maximum } => nn.functional.max_pool2d(x, 2, 2),
                Pooling => nn.functional.avg_pool2d(x, 2, 2),
                Dropout { Probability: var probability } => key is null ? x : x * Factors(new DropoutMask(probability, dropouts++), key.Value, x.shape),
                _ => x.flatten(1),
            };
        }

        return x;
    }

    /// <summary>The definition of pooling behind an activation: of a window of equal steps, the largest input has the gradient.</summary>
    private static List<Layer> MaximaFirst(IReadOnlyList<Layer> layers)
    {
        List<Layer> order = [.. layers];
        foreach (int i in Enumerable.Range(1, order.Count - 1).Where(i => order[i] is Pooling { Kind: PoolingKind.Maximum }))
        {
            (order[i - 1], order[i]) = (order[i], order[i - 1]);
        }

        return order;
    }

    /// <summary>The value of the step, and the derivative of max(-1, min(1, x)).</summary>
    private static Tensor StraightThrough(Tensor x)
    {
        Tensor clipped = x.clamp(MinusOne, One);
        return clipped + (x.gt(Of(0)).to(ScalarType.Float64) - clipped).detach();
    }

    /// <summary>
    /// A number as a tensor, which the scope keeps. TorchSharp makes a Scalar of a plain number and keeps it no longer than it takes to
    /// fetch its handle: a collection of garbage at that moment frees it before libtorch reads it.
    /// </summary>
    private static Tensor Of(double value) => tensor(value);

    private static Tensor Factors(DropoutMask mask, DropoutKey key, long[] shape_NU)
    {
        float[] factors = new float[shape_NU[0] * shape_NU[1]];
        for (int sample = 0; sample < shape_NU[0]; sample++)
        {
            mask.Draw(key, sample, factors.AsSpan(sample * (int)shape_NU[1], (int)shape_NU[1]));
        }

        return tensor(factors, shape_NU).to(ScalarType.Float64);
    }
}
