namespace DistTrain.Training.Models;

/// <summary>What a network is for: what its outputs are compared with, and what they mean.</summary>
public enum ModelTask
{
    /// <summary>One output a class; the target is the label.</summary>
    Classification,

    /// <summary>One output a pixel; the target is the input image itself, each pixel from 0 to 1.</summary>
    Reconstruction,
}
