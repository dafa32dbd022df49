namespace DistTrain.Training.Optimizers;

/// <summary>Settings that not every optimizer has.</summary>
[Flags]
public enum OptimizerSettings
{
    None = 0,
    Momentum = 1,
    Alpha = 2,
    Betas = 4,
    Epsilon = 8,
    WeightDecay = 16,
    MomentumDecay = 32,
}
