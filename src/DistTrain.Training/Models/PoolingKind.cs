namespace DistTrain.Training.Models;

/// <summary>What becomes of a window of four values.</summary>
public enum PoolingKind
{
    Maximum,
    Average,
}
