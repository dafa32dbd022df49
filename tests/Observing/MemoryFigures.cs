using TorchSharp;

namespace DistTrain.Observing;

/// <summary>What a process holds, seen from the thread of one worker.</summary>
/// <param name="Tensors">Live tensors of this thread.</param>
/// <param name="Buffers">Pooled vectors ever made, of all workers and servers.</param>
/// <param name="ManagedBytes">Live managed objects, pinned vectors included.</param>
/// <param name="WorkingSetBytes">Of the whole process, libtorch's memory included.</param>
internal sealed record MemoryFigures(long Tensors, int Buffers, long ManagedBytes, long WorkingSetBytes)
{
    public static MemoryFigures Now(ObservedPlane plane)
    {
        long managed = GC.GetTotalMemory(forceFullCollection: true);
        return new MemoryFigures(DisposeScopeManager.Statistics.ThreadTotalLiveCount, plane.BuffersCreated, managed, Environment.WorkingSet);
    }
}
