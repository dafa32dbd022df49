namespace DistTrain.Training.Engines;

/// <summary>An engine that says when it turns from the way there to the way back. It knows no clock; who listens does.</summary>
public interface IDividedTime
{
    /// <summary>Told on the thread that computes, and only of gradients, not of evaluations; null for nobody.</summary>
    IGradientPhases? Phases { get; set; }
}

/// <summary>Hears of the two ways of a gradient. A batch may be computed in parts: then the calls alternate.</summary>
public interface IGradientPhases
{
    void ForwardEnded();

    void BackwardEnded();
}
