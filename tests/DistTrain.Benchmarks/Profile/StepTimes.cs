using DistTrain.Benchmarks.Measuring;

namespace DistTrain.Benchmarks.Profile;

/// <summary>
/// Where the time of steps went, from the moments at which each worker's engine began and ended. All in microseconds.
/// </summary>
/// <param name="Step">From the first engine's beginning in one step to that in the next.</param>
/// <param name="Compute">Within the engine, a worker and step.</param>
/// <param name="Between">Between a worker's own shards: checksum, tree, filling the next batch.</param>
/// <param name="Wait">From the first worker's end to the last one's.</param>
/// <param name="Handoff">From the last worker's end to the first one's next beginning: push, optimizer, weights, wake-ups.</param>
/// <param name="Skew">From the first worker's beginning to the last one's.</param>
internal sealed record StepTimes(Figures Step, Figures Compute, Figures Between, Figures Wait, Figures Handoff, Figures Skew)
{
    /// <summary>Steps at the beginning of a run that do not count.</summary>
    public const int WarmUp = 100;

    /// <param name="workers">Beginning and end of every call, a list a worker, in microseconds.</param>
    /// <param name="shards">Calls of one worker in one step.</param>
    public static StepTimes Of(IReadOnlyList<List<(double Began, double Ended)>> workers, int shards)
    {
        List<double> step = [], compute = [], between = [], wait = [], handoff = [], skew = [];
        int steps = workers.Min(calls => calls.Count) / shards;
        for (int i = WarmUp; i < steps - 1; i++)
        {
            double first = workers.Min(calls => calls[i * shards].Began);
            double last = workers.Max(calls => calls[(i * shards) + shards - 1].Ended);
            double next = workers.Min(calls => calls[(i + 1) * shards].Began);
            step.Add(next - first);
            handoff.Add(next - last);
            wait.Add(last - workers.Min(calls => calls[(i * shards) + shards - 1].Ended));
            skew.Add(workers.Max(calls => calls[i * shards].Began) - first);
            foreach (List<(double Began, double Ended)> calls in workers)
            {
                var own = calls.GetRange(i * shards, shards);
                double inside = own.Sum(call => call.Ended - call.Began);
                compute.Add(inside);
                between.Add(own[^1].Ended - own[0].Began - inside);
            }
        }

        return new StepTimes(Figures.Of(step), Figures.Of(compute), Figures.Of(between), Figures.Of(wait), Figures.Of(handoff), Figures.Of(skew));
    }
}
