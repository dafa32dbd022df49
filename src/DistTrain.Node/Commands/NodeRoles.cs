namespace DistTrain.Node.Commands;

/// <summary>What one node of a cluster does.</summary>
[Flags]
public enum NodeRoles
{
    None = 0,
    Coordinator = 1,
    ParameterServer = 2,
    Worker = 4,
}
