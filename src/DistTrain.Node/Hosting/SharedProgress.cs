using System.Collections.Immutable;
using DistTrain.Training.Data;

namespace DistTrain.Node.Hosting;

/// <summary>Tells all who wait for one reading of a data set how far it is.</summary>
internal sealed class SharedProgress : IProgress<DataProgress>
{
    private ImmutableList<IProgress<DataProgress>> listeners = [];

    public void Add(IProgress<DataProgress> listener) => ImmutableInterlocked.Update(ref listeners, all => all.Add(listener));

    public void Remove(IProgress<DataProgress> listener) => ImmutableInterlocked.Update(ref listeners, all => all.Remove(listener));

    public void Report(DataProgress value)
    {
        foreach (IProgress<DataProgress> listener in Volatile.Read(ref listeners))
        {
            listener.Report(value);
        }
    }
}
