namespace DistTrain.Training.Sharing;

/// <summary>Divided work that is there for long and begun often: nothing is allocated for a turn.</summary>
/// <param name="part">Does one part; may be called on any thread.</param>
internal sealed class SharableParts(Action<int> part) : IDividedWork
{
    private int first;

    public int Parts { get; private set; }

    /// <summary>Does parts 0 to count - 1.</summary>
    /// <param name="sharing">Null for the calling thread alone.</param>
    public void Run(int count, IWorkSharing? sharing)
    {
        if (sharing is null)
        {
            for (int i = 0; i < count; i++)
            {
                part(i);
            }

            return;
        }

        for (first = 0; first < count; first += Parts)
        {
            Parts = Math.Min(count - first, IDividedWork.MostParts);
            sharing.Share(this);
        }
    }

    public void Do(int number) => part(first + number);
}
