namespace DistTrain.Node.Client;

/// <summary>A run was submitted while another one goes on. The message is one line that names it and says what to do.</summary>
public sealed class RunInProgressException(string message) : Exception(message);
