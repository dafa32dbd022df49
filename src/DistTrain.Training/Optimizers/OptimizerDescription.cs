namespace DistTrain.Training.Optimizers;

/// <summary>An optimizer by its name, and what a job has to know of it.</summary>
/// <param name="Name">What <c>--optimizer</c> takes.</param>
/// <param name="Moments">Its state.</param>
/// <param name="LearningRate">Peak learning rate of a job that names none.</param>
/// <param name="WeightDecay">Decoupled weight decay of a job that names none.</param>
/// <param name="Takes">The settings that it alone, or it and few others, have.</param>
public sealed record OptimizerDescription(string Name, Moments Moments, double LearningRate, double WeightDecay, OptimizerSettings Takes);
