namespace DistTrain.Training.Data.Published;

/// <summary>Why a folder is looked at; in the order in which they are.</summary>
public enum PlaceKind
{
    /// <summary>Named by the user for this run; nothing else is looked at then.</summary>
    DataDirectory,

    /// <summary>Named by the environment variable DISTTRAIN_DATA.</summary>
    Environment,

    /// <summary>The user's cache, which this program fills and may put right.</summary>
    Cache,

    /// <summary>Where packages of the system install data.</summary>
    System,
}
