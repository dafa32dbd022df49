namespace DistTrain.Training.Buffers;

/// <summary>Where buffers of one length come from.</summary>
public interface IBufferSource
{
    /// <summary>Number of floats in each buffer.</summary>
    int Length { get; }

    /// <summary>A buffer with one reference, contents unspecified.</summary>
    SharedBuffer Rent();
}
