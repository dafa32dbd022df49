namespace DistTrain.Node.Scaling;

/// <summary>One run of the job at one number of workers.</summary>
/// <param name="Turn">From 1 on; 0 for the warm-up.</param>
/// <param name="StepMilliseconds">Mean time from one update to the next, the first tenth of the steps left out.</param>
/// <param name="Steps">Steps that the mean is over.</param>
/// <param name="WeightsSha256">Of the weights at the end.</param>
internal sealed record ScalingRun(int Workers, int Turn, double StepMilliseconds, int Steps, string WeightsSha256, string RunDirectory);

/// <summary>What the turns at one number of workers come to.</summary>
/// <param name="Median">Milliseconds of a step; of the turns' means.</param>
/// <param name="Least">Of the turns.</param>
/// <param name="Most">Of the turns.</param>
/// <param name="Speedup">Against the smallest number of workers, which counts as that many times one worker.</param>
internal sealed record ScalingPoint(int Workers, double Median, double Least, double Most, double Speedup)
{
    /// <summary>Speed-up for each worker; 1 is ideal.</summary>
    public double Efficiency => Speedup / Workers;
}
