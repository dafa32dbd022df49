using DistTrain.Training.Optimizers;

namespace DistTrain.Training.Jobs;

/// <summary>The learning rates of a job.</summary>
public static class JobSchedule
{
    /// <summary>Planned over all epochs: a limit of steps ends the run early without changing the rates before.</summary>
    public static LearningRateSchedule LearningRates(this JobSpec spec, long stepsPerEpoch) => new()
    {
        Name = spec.Schedule,
        Peak = spec.PeakLearningRate(),
        Updates = spec.Epochs * stepsPerEpoch,
        UpdatesPerEpoch = stepsPerEpoch,
        WarmupSteps = spec.WarmupSteps,
        DecayEvery = spec.DecayEvery,
        DecayFactor = spec.DecayFactor,
    };
}
