using DistTrain.Training.Models;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace DistTrain.Training.Engines.Torch;

/// <summary>The losses of <see cref="LossKind"/> in libtorch's operations, which differentiates them.</summary>
internal static class TorchLoss
{
    /// <summary>Summed over the samples, of the batch that is loaded.</summary>
    /// <param name="logits_NK">Samples x outputs.</param>
    public static Tensor Sum(ModelDescription model, Tensor logits_NK, BatchTensors batch) => Of(model, logits_NK, batch, nn.Reduction.Sum);

    /// <summary>Summed over those samples whose loss is not below <see cref="ModelDescription.SkipLossBelow"/>.</summary>
    /// <param name="kept">How many they are.</param>
    /// <inheritdoc cref="Sum"/>
    public static Tensor SumOfKept(ModelDescription model, Tensor logits_NK, BatchTensors batch, out int kept)
    {
        Tensor each = Of(model, logits_NK, batch, nn.Reduction.None);
        Tensor losses_N = each.dim() == 1 ? each : each.sum(1);
        using Scalar least = model.SkipLossBelow;
        Tensor large = losses_N.masked_select(losses_N.ge(least));
        kept = (int)large.shape[0];
        return large.sum();
    }

    /// <returns>The sum, or, without a reduction, terms of a row's loss that add up to it.</returns>
    private static Tensor Of(ModelDescription model, Tensor logits_NK, BatchTensors batch, nn.Reduction reduction) => model.Task == ModelTask.Classification
        ? OfClasses(model.Loss, logits_NK, batch.Labels, reduction)
        : OfPixels(model.Loss, logits_NK, batch.Pixels, reduction);

    /// <param name="labels_N">Class numbers.</param>
    private static Tensor OfClasses(LossKind loss, Tensor logits_NK, Tensor labels_N, nn.Reduction reduction)
    {
        long classes = logits_NK.shape[1];
        return loss switch
        {
            LossKind.CrossEntropy => F.cross_entropy(logits_NK, labels_N, reduction: reduction),
            LossKind.MeanSquaredError => Quotient(F.mse_loss(logits_NK.softmax(1), Targets(labels_N, classes), reduction), classes),
            LossKind.BinaryCrossEntropy => Quotient(F.binary_cross_entropy_with_logits(logits_NK, Targets(labels_N, classes), reduction: reduction), classes),
            _ => throw new NotSupportedException($"The torch engine has no loss {loss}."),
        };
    }

    /// <param name="pixels_NK">From 0 to 1.</param>
    private static Tensor OfPixels(LossKind loss, Tensor logits_NK, Tensor pixels_NK, nn.Reduction reduction) => loss switch
    {
        LossKind.MeanSquaredError => Quotient(F.mse_loss(logits_NK.sigmoid(), pixels_NK, reduction), logits_NK.shape[1]),
        LossKind.BinaryCrossEntropy => Quotient(F.binary_cross_entropy_with_logits(logits_NK, pixels_NK, reduction: reduction), logits_NK.shape[1]),
        _ => throw new NotSupportedException($"The torch engine has no loss {loss} of pixels."),
    };

    // With a plain number TorchSharp makes one for this call that a collection of garbage may free before libtorch reads it.
    private static Tensor Quotient(Tensor sum, long count)
    {
        using Scalar divisor = count;
        return sum.div(divisor);
    }

    private static Tensor Targets(Tensor labels_N, long classes) => F.one_hot(labels_N, classes).to(ScalarType.Float32);
}
