using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>The first update of a process takes some 8 ms more than others, in which its kernels are compiled. That can be over before a step waits for it. No later result depends on it.</summary>
public static class OptimizerWarmUp
{
    // A whole vector at least, and one element that fills none.
    private const int Length = Block.Samples + 1;

    /// <summary>Makes an update that nobody wants.</summary>
    /// <param name="optimizer">One of its own: it begins with update 1.</param>
    public static void Run(IOptimizer optimizer)
    {
        float[] zeros = new float[Length];
        optimizer.Begin(update: 1, learningRate: 0.001, sampleCount: 1);
        optimizer.Apply(new UpdateBlock { Weights = zeros, GradientSum = zeros, FirstMoment = new float[Length], SecondMoment = new float[Length], Updated = new float[Length] });
    }
}
