namespace DistTrain.Node.Runs;

/// <summary>How a run ended, as its summary says.</summary>
internal static class RunStatus
{
    /// <summary>It took all of its steps.</summary>
    public const string Completed = "completed";

    /// <summary>It ended by its own rule, as it no longer got better.</summary>
    public const string CompletedEarly = "completed-early";

    /// <summary>Whether its weights are what the job asked for.</summary>
    public static bool HasResult(string status) => status is Completed or CompletedEarly;
}
