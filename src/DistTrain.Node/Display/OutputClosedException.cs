namespace DistTrain.Node.Display;

/// <summary>Whoever read standard output (<c>| head</c>) has gone: no error, but no reason to go on writing either.</summary>
public sealed class OutputClosedException(Exception cause) : IOException("standard output was closed by its reader", cause);
