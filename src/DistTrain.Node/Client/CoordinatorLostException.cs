namespace DistTrain.Node.Client;

/// <summary>A coordinator that had answered does so no more. The message is one line that says what to do.</summary>
public sealed class CoordinatorLostException : Exception
{
    public CoordinatorLostException(string message)
        : base(message)
    {
    }

    public CoordinatorLostException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
