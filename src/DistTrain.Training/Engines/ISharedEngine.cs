using DistTrain.Training.Sharing;

namespace DistTrain.Training.Engines;

/// <summary>An engine that divides its work, so that idle threads may take parts of it. The bits are the same, whoever does them.</summary>
public interface ISharedEngine
{
    /// <summary>Who may take parts; null for nobody. Set between two gradients.</summary>
    IWorkSharing? Sharing { get; set; }
}
