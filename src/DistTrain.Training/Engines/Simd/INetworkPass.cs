using DistTrain.Training.Sharing;

namespace DistTrain.Training.Engines.Simd;

/// <summary>A network's way there and back for chunks of samples, compiled for one width of vector, activation and pooling.</summary>
internal unsafe interface INetworkPass
{
    /// <summary>Told of each chunk that has a way back.</summary>
    IGradientPhases? Phases { get; set; }

    /// <summary>Who may take parts of a chunk; null for nobody.</summary>
    IWorkSharing? Sharing { get; set; }

    /// <summary>Samples of the chunk that was run last without a way back, though there was one.</summary>
    int Skipped { get; }

    /// <inheritdoc cref="ITakesBytes.TakesBytes"/>
    bool TakesBytes(Batch batch);

    /// <summary>Loss of a chunk. NaN if any value on the way was not finite, whether or not the loss shows it.</summary>
    /// <param name="gradient">Laid out like the weights; fully connected layers add to it, and replace what was there with the batch's first chunk. Null for no way back.</param>
    double Run(Chunk chunk, Batch batch, float* weights, float* gradient, out int correct);

    /// <summary>Gives the logits of the chunk that was run last.</summary>
    /// <param name="logits_NK">Overwritten; one row of classes a sample.</param>
    void CopyLogits(Chunk chunk, float* logits_NK);

    /// <summary>After the last chunk: writes the convolutions' gradients.</summary>
    void End(float* gradient);
}
