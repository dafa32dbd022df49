namespace DistTrain.Training.Data.Download;

/// <summary>A file could not be had; the message is a short reason, to be put into a line for the user.</summary>
internal sealed class DownloadFailedException : Exception
{
    public DownloadFailedException(string reason, Exception? cause = null)
        : base(reason, cause)
    {
    }

    /// <summary>Whether what came so far is not worth continuing.</summary>
    public bool NothingToKeep { get; init; }
}
