namespace DistTrain.Training.Optimizers;

/// <summary>
/// NAdam's momentum mu(t) = beta1 (1 - 0.96^(t decay) / 2), which begins at half of beta1 and grows towards it, and the product of
/// all its values so far, which corrects for a first moment that began at zero.
/// </summary>
/// <param name="decay">How fast it grows, at least 0: <c>momentum_decay</c> of <c>torch.optim.NAdam</c>.</param>
internal sealed class MomentumWarmup(double beta1, double decay)
{
    /// <summary>1 less this is 1.</summary>
    private const double Nothing = 1e-17;

    private double product = 1;
    private long productOf;

    /// <param name="update">From 1 on.</param>
    public double At(long update) => beta1 * (1 - (0.5 * Math.Pow(0.96, update * decay)));

    /// <summary>
    /// mu(1) mu(2) ... mu(update), multiplied in that order, however it is come to: one multiplication if updates are asked for in a row.
    /// Zero once it is too small to change what it is taken from, so a run resumed after years of updates begins as fast.
    /// </summary>
    public double ProductUpTo(long update)
    {
        if (update < productOf)
        {
            (product, productOf) = (1, 0);
        }

        while (productOf < update && product > 0)
        {
            productOf++;
            product *= At(productOf);
            product = product < Nothing ? 0 : product;
        }

        productOf = update;
        return product;
    }
}
