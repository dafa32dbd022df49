namespace DistTrain.Node.Plane.Sockets;

/// <summary>The peer broke the protocol; the message is the reason that both ends get.</summary>
internal sealed class LinkFaultException(string reason) : Exception(reason);
