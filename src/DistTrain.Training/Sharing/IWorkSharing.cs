namespace DistTrain.Training.Sharing;

/// <summary>Threads that have nothing to do, and take parts of another's work.</summary>
public interface IWorkSharing
{
    /// <summary>Does all parts, some of them perhaps on other threads, and returns when the last one is done.</summary>
    void Share(IDividedWork work);
}
