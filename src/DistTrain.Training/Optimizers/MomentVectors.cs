namespace DistTrain.Training.Optimizers;

/// <summary>Vectors for what an optimizer keeps.</summary>
public static class MomentVectors
{
    /// <summary>How long the vector of one moment is: as long as the weights, or 0 if it is not kept.</summary>
    public static int Length(this Moments kept, Moments moment, int weights) => (kept & moment) != 0 ? weights : 0;

    /// <summary>The vector of one moment that has seen nothing; empty if it is not kept.</summary>
    public static float[] Zeros(this Moments kept, Moments moment, int weights) => new float[kept.Length(moment, weights)];
}
