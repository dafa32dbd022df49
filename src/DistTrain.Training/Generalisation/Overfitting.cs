namespace DistTrain.Training.Generalisation;

/// <summary>
/// Finds out whether a network learns its training set by heart: the loss on images that it does not train on stays above its
/// lowest so far while the training loss goes on falling, for two evaluated epochs in a row or more, up to the newest. A new lowest loss ends it.
/// </summary>
public sealed class Overfitting
{
    /// <summary>One such epoch alone is noise as often as not.</summary>
    private const int LeastEpochs = 2;

    private double lowest = double.PositiveInfinity;
    private double trainBefore = double.NaN;
    private int first;
    private int length;

    /// <summary>The first epoch of the stretch that lasts up to the newest; null if there is none.</summary>
    public int? Since => length >= LeastEpochs ? first : null;

    /// <summary>Takes the next epoch's losses. An epoch without a held-out loss counts for nothing; a training loss that is not a number ends a stretch.</summary>
    /// <param name="trainLoss">Mean over the training set, as the epoch's steps had it.</param>
    /// <param name="heldOutLoss">Mean over the validation or test set, after the epoch; not a number if it was not evaluated.</param>
    public void Add(int epoch, double trainLoss, double heldOutLoss)
    {
        if (double.IsNaN(heldOutLoss))
        {
            return;
        }

        if (heldOutLoss > lowest && trainLoss < trainBefore)
        {
            first = length == 0 ? epoch : first;
            length++;
        }
        else
        {
            length = 0;
        }

        lowest = Math.Min(lowest, heldOutLoss);
        trainBefore = trainLoss;
    }
}
