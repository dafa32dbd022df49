namespace DistTrain.ClusterTests.Fixture;

/// <summary>What a process can be sent on Linux, with the system's numbers.</summary>
public enum Signal
{
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
