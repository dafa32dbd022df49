namespace DistTrain.Training.Generalisation;

/// <summary>Says when a run has gone so many epochs without getting better that it is to end. Knows nothing but the values, one an epoch.</summary>
/// <param name="patience">Epochs without an improvement that end it, from 1 on.</param>
/// <param name="leastGain">By how much a value must be better than the best so far to count as an improvement; from 0 on.</param>
/// <param name="higherIsBetter">True for an accuracy, false for a loss.</param>
public sealed class EarlyStopping(int patience, double leastGain, bool higherIsBetter)
{
    private readonly List<double> values = [];

    /// <summary>All values, epoch by epoch: added to another one of the same settings, they make the same state.</summary>
    public IReadOnlyList<double> Values => values;

    /// <summary>The epoch of the best value, from 1 on; 0 while there is none that is a number.</summary>
    public int BestEpoch { get; private set; }

    public double Best { get; private set; } = double.NaN;

    /// <summary>Epochs since the best one.</summary>
    public int Waited => values.Count - BestEpoch;

    /// <summary>Whether the run is to end after the newest epoch.</summary>
    public bool IsDue => Waited >= patience;

    /// <summary>Takes the next epoch's value. One that is not a number is no improvement.</summary>
    public void Add(double value)
    {
        values.Add(value);
        double gain = higherIsBetter ? value - Best : Best - value;
        if (BestEpoch == 0 ? !double.IsNaN(value) : gain > leastGain)
        {
            (BestEpoch, Best) = (values.Count, value);
        }
    }
}
