using System.Diagnostics;
using DistTrain.Observing;
using DistTrain.Node.Hosting;
using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;

namespace DistTrain.Benchmarks.Profile;

/// <summary>
/// Notes when each worker's engine began and ended, and looks at the process once the run is warm and again near its
/// end, so that neither the beginning nor the evaluation after the last step is counted.
/// </summary>
internal sealed class StepTrace(int steps, int callsInStep, Func<JobSpec, IGradientEngine> createEngine)
{
    private readonly Lock gate = new();
    private readonly List<List<(double Began, double Ended)>> calls = [];
    private Dictionary<(string Name, int Thread), double> threadsBefore = [];
    private Dictionary<(string Name, int Thread), double> threadsAfter = [];
    private long allocated;
    private long allocatedByWorkers;

    public int CallsInStep => callsInStep;

    /// <summary>Beginning and end of every call in microseconds, a list a worker.</summary>
    public IReadOnlyList<List<(double Began, double Ended)>> Calls => calls;

    /// <summary>From the first call's beginning to the last one's end.</summary>
    public double Seconds => (calls.Max(worker => worker[^1].Ended) - calls.Min(worker => worker[0].Began)) / 1e6;

    public double AllocatedInStep => (double)allocated / CountedSteps;

    /// <summary>The same on the threads of all workers, which are those that the parameter servers run on.</summary>
    public double AllocatedByWorkersInStep => (double)Interlocked.Read(ref allocatedByWorkers) / CountedSteps;

    private int CountedSteps => steps - 1 - StepTimes.WarmUp;

    public IGradientEngine CreateEngine(JobSpec spec)
    {
        var own = new List<(double, double)>(steps * callsInStep);
        bool first;
        lock (gate)
        {
            calls.Add(own);
            first = calls.Count == 1;
        }

        return new ObservedEngine(createEngine(spec), (began, ended) =>
        {
            own.Add((Microseconds(began), Microseconds(ended)));
            LookAtThread(own.Count);
            if (first)
            {
                Look(own.Count);
            }
        });
    }

    public void Clear()
    {
        calls.Clear();
        allocatedByWorkers = 0;
    }

    /// <summary>Microseconds on a core in one step, the busiest thread first.</summary>
    public IEnumerable<(string Name, double Microseconds)> ThreadsInStep() => threadsAfter
        .Select(entry => ($"{entry.Key.Name} {entry.Key.Thread}", (entry.Value - threadsBefore.GetValueOrDefault(entry.Key)) * 1e6 / CountedSteps))
        .OrderByDescending(entry => entry.Item2);

    private static double Microseconds(long timestamp) => timestamp * 1e6 / Stopwatch.Frequency;

    private void LookAtThread(int call)
    {
        if (call == StepTimes.WarmUp * callsInStep)
        {
            Interlocked.Add(ref allocatedByWorkers, -GC.GetAllocatedBytesForCurrentThread());
        }
        else if (call == (steps - 1) * callsInStep)
        {
            Interlocked.Add(ref allocatedByWorkers, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    private void Look(int call)
    {
        if (call == StepTimes.WarmUp * callsInStep)
        {
            allocated = GC.GetTotalAllocatedBytes(precise: false);
            threadsBefore = ThreadTimes.Now();
        }
        else if (call == (steps - 1) * callsInStep)
        {
            allocated = GC.GetTotalAllocatedBytes(precise: false) - allocated;
            threadsAfter = ThreadTimes.Now();
        }
    }
}
