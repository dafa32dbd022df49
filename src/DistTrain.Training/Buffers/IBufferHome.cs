namespace DistTrain.Training.Buffers;

/// <summary>Where a buffer goes that nobody holds any more.</summary>
public interface IBufferHome
{
    /// <summary>Takes it back. May be called by any thread.</summary>
    void Return(SharedBuffer buffer);
}
