namespace DistTrain.Training.Sharing;

/// <summary>Threads that have nothing to do, and take parts of another's work.</summary>
public interface IWorkSharing
{
    /// <summary>Does all parts, some of them perhaps on other threads, and returns when the last one is done.</summary>
    /// <exception cref="Exception">What a part threw, when nobody is at a part any more. Other parts may have been left out.</exception>
    void Share(IDividedWork work);
}
