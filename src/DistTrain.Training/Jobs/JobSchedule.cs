using DistTrain.Training.Optimizers;

namespace DistTrain.Training.Jobs;

/// <summary>The steps of a job, and their learning rates.</summary>
public static class JobSchedule
{
    /// <summary>Steps of all epochs, to the nearest whole one and at least one. A limit of steps may end the run before.</summary>
    public static long PlannedSteps(this JobSpec spec, long stepsPerEpoch) =>
        Math.Max(1, (long)Math.Round(spec.Epochs * stepsPerEpoch, MidpointRounding.AwayFromZero));

    /// <summary>Planned over all epochs: a limit of steps ends the run early without changing the rates before.</summary>
    public static LearningRateSchedule LearningRates(this JobSpec spec, long stepsPerEpoch) => new()
    {
        Name = spec.Schedule,
        Peak = spec.PeakLearningRate(),
        Updates = spec.PlannedSteps(stepsPerEpoch),
        UpdatesPerEpoch = stepsPerEpoch,
        WarmupSteps = spec.WarmupSteps,
        DecayEvery = spec.DecayEvery,
        DecayFactor = spec.DecayFactor,
    };
}
