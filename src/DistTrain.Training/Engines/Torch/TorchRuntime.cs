using TorchSharp;

namespace DistTrain.Training.Engines.Torch;

/// <summary>What libtorch needs set once in a process, and once on each thread that computes.</summary>
public sealed class TorchRuntime
{
    private static readonly Lock Settings = new();

    /// <param name="threads">Threads that one operation may use.</param>
    public TorchRuntime(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        FreedMemory.KeepInProcess();
        PrepareThread();
        lock (Settings)
        {
            // May be set only before its first use, and is wanted nowhere here: engines run one operation at a time.
            if (torch.get_num_interop_threads() != 1)
            {
                torch.set_num_interop_threads(1);
            }
        }
    }

    public int Threads { get; }

    /// <summary>
    /// OpenMP and MKL keep the number of threads for each calling thread. A thread that never set it would run some
    /// operations on every core, which costs speed and changes the order of sums, and so the bits.
    /// </summary>
    public void PrepareThread()
    {
        lock (Settings)
        {
            torch.set_num_threads(Threads);
        }
    }
}
