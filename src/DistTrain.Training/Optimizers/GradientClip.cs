namespace DistTrain.Training.Optimizers;

/// <summary>Clipping by the norm of the whole gradient, as <c>torch.nn.utils.clip_grad_norm_</c> does it.</summary>
public static class GradientClip
{
    /// <summary>What the mean gradient is multiplied by, at most 1: clipped norm / (norm + 1e-6).</summary>
    /// <param name="limit">The largest Euclidean norm that the gradient may have, above 0.</param>
    /// <param name="squares">Of the sum of the gradients over the samples: the sum over all weights.</param>
    public static double Factor(double limit, double squares, long samples) => Math.Min(1, limit / ((Math.Sqrt(squares) / samples) + 1e-6));
}
